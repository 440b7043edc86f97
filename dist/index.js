import { createRequire as __WEBPACK_EXTERNAL_createRequire } from "module";
/******/ var __webpack_modules__ = ({

/***/ 744:
/***/ ((module) => {

/**
 * Helpers.
 */

var s = 1000;
var m = s * 60;
var h = m * 60;
var d = h * 24;
var w = d * 7;
var y = d * 365.25;

/**
 * Parse or format the given `val`.
 *
 * Options:
 *
 *  - `long` verbose formatting [false]
 *
 * @param {String|Number} val
 * @param {Object} [options]
 * @throws {Error} throw an error if val is not a non-empty string or a number
 * @return {String|Number}
 * @api public
 */

module.exports = function (val, options) {
  options = options || {};
  var type = typeof val;
  if (type === 'string' && val.length > 0) {
    return parse(val);
  } else if (type === 'number' && isFinite(val)) {
    return options.long ? fmtLong(val) : fmtShort(val);
  }
  throw new Error(
    'val is not a non-empty string or a valid number. val=' +
      JSON.stringify(val)
  );
};

/**
 * Parse the given `str` and return milliseconds.
 *
 * @param {String} str
 * @return {Number}
 * @api private
 */

function parse(str) {
  str = String(str);
  if (str.length > 100) {
    return;
  }
  var match = /^(-?(?:\d+)?\.?\d+) *(milliseconds?|msecs?|ms|seconds?|secs?|s|minutes?|mins?|m|hours?|hrs?|h|days?|d|weeks?|w|years?|yrs?|y)?$/i.exec(
    str
  );
  if (!match) {
    return;
  }
  var n = parseFloat(match[1]);
  var type = (match[2] || 'ms').toLowerCase();
  switch (type) {
    case 'years':
    case 'year':
    case 'yrs':
    case 'yr':
    case 'y':
      return n * y;
    case 'weeks':
    case 'week':
    case 'w':
      return n * w;
    case 'days':
    case 'day':
    case 'd':
      return n * d;
    case 'hours':
    case 'hour':
    case 'hrs':
    case 'hr':
    case 'h':
      return n * h;
    case 'minutes':
    case 'minute':
    case 'mins':
    case 'min':
    case 'm':
      return n * m;
    case 'seconds':
    case 'second':
    case 'secs':
    case 'sec':
    case 's':
      return n * s;
    case 'milliseconds':
    case 'millisecond':
    case 'msecs':
    case 'msec':
    case 'ms':
      return n;
    default:
      return undefined;
  }
}

/**
 * Short format for `ms`.
 *
 * @param {Number} ms
 * @return {String}
 * @api private
 */

function fmtShort(ms) {
  var msAbs = Math.abs(ms);
  if (msAbs >= d) {
    return Math.round(ms / d) + 'd';
  }
  if (msAbs >= h) {
    return Math.round(ms / h) + 'h';
  }
  if (msAbs >= m) {
    return Math.round(ms / m) + 'm';
  }
  if (msAbs >= s) {
    return Math.round(ms / s) + 's';
  }
  return ms + 'ms';
}

/**
 * Long format for `ms`.
 *
 * @param {Number} ms
 * @return {String}
 * @api private
 */

function fmtLong(ms) {
  var msAbs = Math.abs(ms);
  if (msAbs >= d) {
    return plural(ms, msAbs, d, 'day');
  }
  if (msAbs >= h) {
    return plural(ms, msAbs, h, 'hour');
  }
  if (msAbs >= m) {
    return plural(ms, msAbs, m, 'minute');
  }
  if (msAbs >= s) {
    return plural(ms, msAbs, s, 'second');
  }
  return ms + ' ms';
}

/**
 * Pluralization helper.
 */

function plural(ms, msAbs, n, name) {
  var isPlural = msAbs >= n * 1.5;
  return Math.round(ms / n) + ' ' + name + (isPlural ? 's' : '');
}


/***/ }),

/***/ 4006:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {



const pico = __nccwpck_require__(8016);
const utils = __nccwpck_require__(4059);

function picomatch(glob, options, returnState = false) {
  // default to os.platform()
  if (options && (options.windows === null || options.windows === undefined)) {
    // don't mutate the original options object
    options = { ...options, windows: utils.isWindows() };
  }

  return pico(glob, options, returnState);
}

Object.assign(picomatch, pico);
module.exports = picomatch;


/***/ }),

/***/ 5595:
/***/ ((module) => {



const WIN_SLASH = '\\\\/';
const WIN_NO_SLASH = `[^${WIN_SLASH}]`;

const DEFAULT_MAX_EXTGLOB_RECURSION = 0;

/**
 * Posix glob regex
 */

const DOT_LITERAL = '\\.';
const PLUS_LITERAL = '\\+';
const QMARK_LITERAL = '\\?';
const SLASH_LITERAL = '\\/';
const ONE_CHAR = '(?=.)';
const QMARK = '[^/]';
const END_ANCHOR = `(?:${SLASH_LITERAL}|$)`;
const START_ANCHOR = `(?:^|${SLASH_LITERAL})`;
const DOTS_SLASH = `${DOT_LITERAL}{1,2}${END_ANCHOR}`;
const NO_DOT = `(?!${DOT_LITERAL})`;
const NO_DOTS = `(?!${START_ANCHOR}${DOTS_SLASH})`;
const NO_DOT_SLASH = `(?!${DOT_LITERAL}{0,1}${END_ANCHOR})`;
const NO_DOTS_SLASH = `(?!${DOTS_SLASH})`;
const QMARK_NO_DOT = `[^.${SLASH_LITERAL}]`;
const STAR = `${QMARK}*?`;
const SEP = '/';

const POSIX_CHARS = {
  DOT_LITERAL,
  PLUS_LITERAL,
  QMARK_LITERAL,
  SLASH_LITERAL,
  ONE_CHAR,
  QMARK,
  END_ANCHOR,
  DOTS_SLASH,
  NO_DOT,
  NO_DOTS,
  NO_DOT_SLASH,
  NO_DOTS_SLASH,
  QMARK_NO_DOT,
  STAR,
  START_ANCHOR,
  SEP
};

/**
 * Windows glob regex
 */

const WINDOWS_CHARS = {
  ...POSIX_CHARS,

  SLASH_LITERAL: `[${WIN_SLASH}]`,
  QMARK: WIN_NO_SLASH,
  STAR: `${WIN_NO_SLASH}*?`,
  DOTS_SLASH: `${DOT_LITERAL}{1,2}(?:[${WIN_SLASH}]|$)`,
  NO_DOT: `(?!${DOT_LITERAL})`,
  NO_DOTS: `(?!(?:^|[${WIN_SLASH}])${DOT_LITERAL}{1,2}(?:[${WIN_SLASH}]|$))`,
  NO_DOT_SLASH: `(?!${DOT_LITERAL}{0,1}(?:[${WIN_SLASH}]|$))`,
  NO_DOTS_SLASH: `(?!${DOT_LITERAL}{1,2}(?:[${WIN_SLASH}]|$))`,
  QMARK_NO_DOT: `[^.${WIN_SLASH}]`,
  START_ANCHOR: `(?:^|[${WIN_SLASH}])`,
  END_ANCHOR: `(?:[${WIN_SLASH}]|$)`,
  SEP: '\\'
};

/**
 * POSIX Bracket Regex
 */

const POSIX_REGEX_SOURCE = {
  __proto__: null,
  alnum: 'a-zA-Z0-9',
  alpha: 'a-zA-Z',
  ascii: '\\x00-\\x7F',
  blank: ' \\t',
  cntrl: '\\x00-\\x1F\\x7F',
  digit: '0-9',
  graph: '\\x21-\\x7E',
  lower: 'a-z',
  print: '\\x20-\\x7E ',
  punct: '\\-!"#$%&\'()\\*+,./:;<=>?@[\\]^_`{|}~',
  space: ' \\t\\r\\n\\v\\f',
  upper: 'A-Z',
  word: 'A-Za-z0-9_',
  xdigit: 'A-Fa-f0-9'
};

module.exports = {
  DEFAULT_MAX_EXTGLOB_RECURSION,
  MAX_LENGTH: 1024 * 64,
  POSIX_REGEX_SOURCE,

  // regular expressions
  REGEX_BACKSLASH: /\\(?![*+?^${}(|)[\]])/g,
  REGEX_NON_SPECIAL_CHARS: /^[^@![\].,$*+?^{}()|\\/]+/,
  REGEX_SPECIAL_CHARS: /[-*+?.^${}(|)[\]]/,
  REGEX_SPECIAL_CHARS_BACKREF: /(\\?)((\W)(\3*))/g,
  REGEX_SPECIAL_CHARS_GLOBAL: /([-*+?.^${}(|)[\]])/g,
  REGEX_REMOVE_BACKSLASH: /(?:\[.*?[^\\]\]|\\(?=.))/g,

  // Replace globs with equivalent patterns to reduce parsing time.
  REPLACEMENTS: {
    __proto__: null,
    '***': '*',
    '**/**': '**',
    '**/**/**': '**'
  },

  // Digits
  CHAR_0: 48, /* 0 */
  CHAR_9: 57, /* 9 */

  // Alphabet chars.
  CHAR_UPPERCASE_A: 65, /* A */
  CHAR_LOWERCASE_A: 97, /* a */
  CHAR_UPPERCASE_Z: 90, /* Z */
  CHAR_LOWERCASE_Z: 122, /* z */

  CHAR_LEFT_PARENTHESES: 40, /* ( */
  CHAR_RIGHT_PARENTHESES: 41, /* ) */

  CHAR_ASTERISK: 42, /* * */

  // Non-alphabetic chars.
  CHAR_AMPERSAND: 38, /* & */
  CHAR_AT: 64, /* @ */
  CHAR_BACKWARD_SLASH: 92, /* \ */
  CHAR_CARRIAGE_RETURN: 13, /* \r */
  CHAR_CIRCUMFLEX_ACCENT: 94, /* ^ */
  CHAR_COLON: 58, /* : */
  CHAR_COMMA: 44, /* , */
  CHAR_DOT: 46, /* . */
  CHAR_DOUBLE_QUOTE: 34, /* " */
  CHAR_EQUAL: 61, /* = */
  CHAR_EXCLAMATION_MARK: 33, /* ! */
  CHAR_FORM_FEED: 12, /* \f */
  CHAR_FORWARD_SLASH: 47, /* / */
  CHAR_GRAVE_ACCENT: 96, /* ` */
  CHAR_HASH: 35, /* # */
  CHAR_HYPHEN_MINUS: 45, /* - */
  CHAR_LEFT_ANGLE_BRACKET: 60, /* < */
  CHAR_LEFT_CURLY_BRACE: 123, /* { */
  CHAR_LEFT_SQUARE_BRACKET: 91, /* [ */
  CHAR_LINE_FEED: 10, /* \n */
  CHAR_NO_BREAK_SPACE: 160, /* \u00A0 */
  CHAR_PERCENT: 37, /* % */
  CHAR_PLUS: 43, /* + */
  CHAR_QUESTION_MARK: 63, /* ? */
  CHAR_RIGHT_ANGLE_BRACKET: 62, /* > */
  CHAR_RIGHT_CURLY_BRACE: 125, /* } */
  CHAR_RIGHT_SQUARE_BRACKET: 93, /* ] */
  CHAR_SEMICOLON: 59, /* ; */
  CHAR_SINGLE_QUOTE: 39, /* ' */
  CHAR_SPACE: 32, /*   */
  CHAR_TAB: 9, /* \t */
  CHAR_UNDERSCORE: 95, /* _ */
  CHAR_VERTICAL_LINE: 124, /* | */
  CHAR_ZERO_WIDTH_NOBREAK_SPACE: 65279, /* \uFEFF */

  /**
   * Create EXTGLOB_CHARS
   */

  extglobChars(chars) {
    return {
      '!': { type: 'negate', open: '(?:(?!(?:', close: `))${chars.STAR})` },
      '?': { type: 'qmark', open: '(?:', close: ')?' },
      '+': { type: 'plus', open: '(?:', close: ')+' },
      '*': { type: 'star', open: '(?:', close: ')*' },
      '@': { type: 'at', open: '(?:', close: ')' }
    };
  },

  /**
   * Create GLOB_CHARS
   */

  globChars(win32) {
    return win32 === true ? WINDOWS_CHARS : POSIX_CHARS;
  }
};


/***/ }),

/***/ 8265:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {



const constants = __nccwpck_require__(5595);
const utils = __nccwpck_require__(4059);

/**
 * Constants
 */

const {
  MAX_LENGTH,
  POSIX_REGEX_SOURCE,
  REGEX_NON_SPECIAL_CHARS,
  REGEX_SPECIAL_CHARS_BACKREF,
  REPLACEMENTS
} = constants;

/**
 * Helpers
 */

const expandRange = (args, options) => {
  if (typeof options.expandRange === 'function') {
    return options.expandRange(...args, options);
  }

  args.sort();
  const value = `[${args.join('-')}]`;

  try {
    /* eslint-disable-next-line no-new */
    new RegExp(value);
  } catch (ex) {
    return args.map(v => utils.escapeRegex(v)).join('..');
  }

  return value;
};

/**
 * Create the message for a syntax error
 */

const syntaxError = (type, char) => {
  return `Missing ${type}: "${char}" - use "\\\\${char}" to match literal characters`;
};

const splitTopLevel = input => {
  const parts = [];
  let bracket = 0;
  let paren = 0;
  let quote = 0;
  let value = '';
  let escaped = false;

  for (const ch of input) {
    if (escaped === true) {
      value += ch;
      escaped = false;
      continue;
    }

    if (ch === '\\') {
      value += ch;
      escaped = true;
      continue;
    }

    if (ch === '"') {
      quote = quote === 1 ? 0 : 1;
      value += ch;
      continue;
    }

    if (quote === 0) {
      if (ch === '[') {
        bracket++;
      } else if (ch === ']' && bracket > 0) {
        bracket--;
      } else if (bracket === 0) {
        if (ch === '(') {
          paren++;
        } else if (ch === ')' && paren > 0) {
          paren--;
        } else if (ch === '|' && paren === 0) {
          parts.push(value);
          value = '';
          continue;
        }
      }
    }

    value += ch;
  }

  parts.push(value);
  return parts;
};

const isPlainBranch = branch => {
  let escaped = false;

  for (const ch of branch) {
    if (escaped === true) {
      escaped = false;
      continue;
    }

    if (ch === '\\') {
      escaped = true;
      continue;
    }

    if (/[?*+@!()[\]{}]/.test(ch)) {
      return false;
    }
  }

  return true;
};

const normalizeSimpleBranch = branch => {
  let value = branch.trim();
  let changed = true;

  while (changed === true) {
    changed = false;

    if (/^@\([^\\()[\]{}|]+\)$/.test(value)) {
      value = value.slice(2, -1);
      changed = true;
    }
  }

  if (!isPlainBranch(value)) {
    return;
  }

  return value.replace(/\\(.)/g, '$1');
};

const hasRepeatedCharPrefixOverlap = branches => {
  const values = branches.map(normalizeSimpleBranch).filter(Boolean);

  for (let i = 0; i < values.length; i++) {
    for (let j = i + 1; j < values.length; j++) {
      const a = values[i];
      const b = values[j];
      const char = a[0];

      if (!char || a !== char.repeat(a.length) || b !== char.repeat(b.length)) {
        continue;
      }

      if (a === b || a.startsWith(b) || b.startsWith(a)) {
        return true;
      }
    }
  }

  return false;
};

const parseRepeatedExtglob = (pattern, requireEnd = true) => {
  if ((pattern[0] !== '+' && pattern[0] !== '*') || pattern[1] !== '(') {
    return;
  }

  let bracket = 0;
  let paren = 0;
  let quote = 0;
  let escaped = false;

  for (let i = 1; i < pattern.length; i++) {
    const ch = pattern[i];

    if (escaped === true) {
      escaped = false;
      continue;
    }

    if (ch === '\\') {
      escaped = true;
      continue;
    }

    if (ch === '"') {
      quote = quote === 1 ? 0 : 1;
      continue;
    }

    if (quote === 1) {
      continue;
    }

    if (ch === '[') {
      bracket++;
      continue;
    }

    if (ch === ']' && bracket > 0) {
      bracket--;
      continue;
    }

    if (bracket > 0) {
      continue;
    }

    if (ch === '(') {
      paren++;
      continue;
    }

    if (ch === ')') {
      paren--;

      if (paren === 0) {
        if (requireEnd === true && i !== pattern.length - 1) {
          return;
        }

        return {
          type: pattern[0],
          body: pattern.slice(2, i),
          end: i
        };
      }
    }
  }
};

const buildCharClassStar = chars => {
  const source = chars.length === 1
    ? utils.escapeRegex(chars[0])
    : `[${chars.map(ch => utils.escapeRegex(ch)).join('')}]`;

  return `${source}*`;
};

const getStarExtglobSequenceChars = pattern => {
  let index = 0;
  const chars = [];

  while (index < pattern.length) {
    const match = parseRepeatedExtglob(pattern.slice(index), false);

    if (!match || match.type !== '*') {
      return;
    }

    const branches = splitTopLevel(match.body).map(branch => branch.trim());
    if (branches.length !== 1) {
      return;
    }

    const branch = normalizeSimpleBranch(branches[0]);
    if (!branch || branch.length !== 1) {
      return;
    }

    chars.push(branch);
    index += match.end + 1;
  }

  if (chars.length < 1) {
    return;
  }

  return chars;
};

const repeatedExtglobRecursion = pattern => {
  let depth = 0;
  let value = pattern.trim();
  let match = parseRepeatedExtglob(value);

  while (match) {
    depth++;
    value = match.body.trim();
    match = parseRepeatedExtglob(value);
  }

  return depth;
};

const analyzeRepeatedExtglob = (body, options) => {
  if (options.maxExtglobRecursion === false) {
    return { risky: false };
  }

  const max =
    typeof options.maxExtglobRecursion === 'number'
      ? options.maxExtglobRecursion
      : constants.DEFAULT_MAX_EXTGLOB_RECURSION;

  const branches = splitTopLevel(body).map(branch => branch.trim());

  if (branches.length > 1) {
    if (
      branches.some(branch => branch === '') ||
      branches.some(branch => /^[*?]+$/.test(branch)) ||
      hasRepeatedCharPrefixOverlap(branches)
    ) {
      return { risky: true };
    }
  }

  // A repeated extglob is "risky" (prone to catastrophic backtracking) when a
  // branch is itself a `*(...)` sequence, since that nests an unbounded quantifier
  // inside the outer `+(...)`/`*(...)`. When *every* branch reduces to single
  // characters we can emit one flat, ReDoS-safe character class that preserves the
  // meaning of ALL branches (e.g. `+(*(a)|*(b))` -> `[ab]*`), rather than dropping
  // every branch but the first.
  const safeChars = [];
  let sawStarSequence = false;
  let combinable = true;

  for (const branch of branches) {
    const chars = getStarExtglobSequenceChars(branch);
    if (chars) {
      sawStarSequence = true;
      safeChars.push(...chars);
      continue;
    }

    const literal = normalizeSimpleBranch(branch);
    if (literal && literal.length === 1) {
      safeChars.push(literal);
      continue;
    }

    combinable = false;

    if (repeatedExtglobRecursion(branch) > max) {
      return { risky: true };
    }
  }

  if (sawStarSequence) {
    return combinable
      ? { risky: true, safeOutput: buildCharClassStar([...new Set(safeChars)]) }
      : { risky: true };
  }

  return { risky: false };
};

/**
 * Parse the given input string.
 * @param {String} input
 * @param {Object} options
 * @return {Object}
 */

const parse = (input, options) => {
  if (typeof input !== 'string') {
    throw new TypeError('Expected a string');
  }

  input = REPLACEMENTS[input] || input;

  const opts = { ...options };
  const max = typeof opts.maxLength === 'number' ? Math.min(MAX_LENGTH, opts.maxLength) : MAX_LENGTH;

  let len = input.length;
  if (len > max) {
    throw new SyntaxError(`Input length: ${len}, exceeds maximum allowed length: ${max}`);
  }

  const bos = { type: 'bos', value: '', output: opts.prepend || '' };
  const tokens = [bos];

  const capture = opts.capture ? '' : '?:';

  // create constants based on platform, for windows or posix
  const PLATFORM_CHARS = constants.globChars(opts.windows);
  const EXTGLOB_CHARS = constants.extglobChars(PLATFORM_CHARS);

  const {
    DOT_LITERAL,
    PLUS_LITERAL,
    SLASH_LITERAL,
    ONE_CHAR,
    DOTS_SLASH,
    NO_DOT,
    NO_DOT_SLASH,
    NO_DOTS_SLASH,
    QMARK,
    QMARK_NO_DOT,
    STAR,
    START_ANCHOR
  } = PLATFORM_CHARS;

  const globstar = opts => {
    return `(${capture}(?:(?!${START_ANCHOR}${opts.dot ? DOTS_SLASH : DOT_LITERAL}).)*?)`;
  };

  const nodot = opts.dot ? '' : NO_DOT;
  const qmarkNoDot = opts.dot ? QMARK : QMARK_NO_DOT;
  let star = opts.bash === true ? globstar(opts) : STAR;

  if (opts.capture) {
    star = `(${star})`;
  }

  // minimatch options support
  if (typeof opts.noext === 'boolean') {
    opts.noextglob = opts.noext;
  }

  const state = {
    input,
    index: -1,
    start: 0,
    dot: opts.dot === true,
    consumed: '',
    output: '',
    prefix: '',
    backtrack: false,
    negated: false,
    brackets: 0,
    braces: 0,
    parens: 0,
    quotes: 0,
    globstar: false,
    tokens
  };

  input = utils.removePrefix(input, state);
  len = input.length;

  const extglobs = [];
  const braces = [];
  const stack = [];
  let prev = bos;
  let value;

  /**
   * Tokenizing helpers
   */

  const eos = () => state.index === len - 1;
  const peek = state.peek = (n = 1) => input[state.index + n];
  const advance = state.advance = () => input[++state.index] || '';
  const remaining = () => input.slice(state.index + 1);
  const consume = (value = '', num = 0) => {
    state.consumed += value;
    state.index += num;
  };

  const append = token => {
    state.output += token.output != null ? token.output : token.value;
    consume(token.value);
  };

  const negate = () => {
    let count = 1;

    while (peek() === '!' && (peek(2) !== '(' || peek(3) === '?')) {
      advance();
      state.start++;
      count++;
    }

    if (count % 2 === 0) {
      return false;
    }

    state.negated = true;
    state.start++;
    return true;
  };

  const increment = type => {
    state[type]++;
    stack.push(type);
  };

  const decrement = type => {
    state[type]--;
    stack.pop();
  };

  /**
   * Push tokens onto the tokens array. This helper speeds up
   * tokenizing by 1) helping us avoid backtracking as much as possible,
   * and 2) helping us avoid creating extra tokens when consecutive
   * characters are plain text. This improves performance and simplifies
   * lookbehinds.
   */

  const push = tok => {
    if (prev.type === 'globstar') {
      const isBrace = state.braces > 0 && (tok.type === 'comma' || tok.type === 'brace');
      const isExtglob = tok.extglob === true || (extglobs.length && (tok.type === 'pipe' || tok.type === 'paren'));

      if (tok.type !== 'slash' && tok.type !== 'paren' && !isBrace && !isExtglob) {
        state.output = state.output.slice(0, -prev.output.length);
        prev.type = 'star';
        prev.value = '*';
        prev.output = star;
        state.output += prev.output;
      }
    }

    if (extglobs.length && tok.type !== 'paren') {
      extglobs[extglobs.length - 1].inner += tok.value;
    }

    if (tok.value || tok.output) append(tok);
    if (prev && prev.type === 'text' && tok.type === 'text') {
      prev.output = (prev.output || prev.value) + tok.value;
      prev.value += tok.value;
      return;
    }

    tok.prev = prev;
    tokens.push(tok);
    prev = tok;
  };

  const extglobOpen = (type, value) => {
    const token = { ...EXTGLOB_CHARS[value], conditions: 1, inner: '' };

    token.prev = prev;
    token.parens = state.parens;
    token.output = state.output;
    token.startIndex = state.index;
    token.tokensIndex = tokens.length;
    const output = (opts.capture ? '(' : '') + token.open;

    increment('parens');
    push({ type, value, output: state.output ? '' : ONE_CHAR });
    push({ type: 'paren', extglob: true, value: advance(), output });
    extglobs.push(token);
  };

  const extglobClose = token => {
    const literal = input.slice(token.startIndex, state.index + 1);
    const body = input.slice(token.startIndex + 2, state.index);
    const analysis = analyzeRepeatedExtglob(body, opts);

    if ((token.type === 'plus' || token.type === 'star') && analysis.risky) {
      const safeOutput = analysis.safeOutput
        ? (token.output ? '' : ONE_CHAR) + (opts.capture ? `(${analysis.safeOutput})` : analysis.safeOutput)
        : undefined;
      const open = tokens[token.tokensIndex];

      open.type = 'text';
      open.value = literal;
      open.output = safeOutput || utils.escapeRegex(literal);

      for (let i = token.tokensIndex + 1; i < tokens.length; i++) {
        tokens[i].value = '';
        tokens[i].output = '';
        delete tokens[i].suffix;
      }

      state.output = token.output + open.output;
      state.backtrack = true;

      push({ type: 'paren', extglob: true, value, output: '' });
      decrement('parens');
      return;
    }

    let output = token.close + (opts.capture ? ')' : '');
    let rest;

    if (token.type === 'negate') {
      let extglobStar = star;

      if (token.inner && token.inner.length > 1 && token.inner.includes('/')) {
        extglobStar = globstar(opts);
      }

      if (extglobStar !== star || eos() || /^\)+$/.test(remaining())) {
        output = token.close = `)$))${extglobStar}`;
      }

      if (token.inner.includes('*') && (rest = remaining()) && /^\.[^\\/.]+$/.test(rest)) {
        // Any non-magical string (`.ts`) or even nested expression (`.{ts,tsx}`) can follow after the closing parenthesis.
        // In this case, we need to parse the string and use it in the output of the original pattern.
        // Suitable patterns: `/!(*.d).ts`, `/!(*.d).{ts,tsx}`, `**/!(*-dbg).@(js)`.
        //
        // Disabling the `fastpaths` option due to a problem with parsing strings as `.ts` in the pattern like `**/!(*.d).ts`.
        const expression = parse(rest, { ...options, fastpaths: false }).output;

        output = token.close = `)${expression})${extglobStar})`;
      }

      if (token.prev.type === 'bos') {
        state.negatedExtglob = true;
      }
    }

    push({ type: 'paren', extglob: true, value, output });
    decrement('parens');
  };

  /**
   * Fast paths
   */

  if (opts.fastpaths !== false && !/(^[*!]|[/()[\]{}"])/.test(input)) {
    let backslashes = false;

    let output = input.replace(REGEX_SPECIAL_CHARS_BACKREF, (m, esc, chars, first, rest, index) => {
      if (first === '\\') {
        backslashes = true;
        return m;
      }

      if (first === '?') {
        if (esc) {
          return esc + first + (rest ? QMARK.repeat(rest.length) : '');
        }
        if (index === 0) {
          return qmarkNoDot + (rest ? QMARK.repeat(rest.length) : '');
        }
        return QMARK.repeat(chars.length);
      }

      if (first === '.') {
        return DOT_LITERAL.repeat(chars.length);
      }

      if (first === '*') {
        if (esc) {
          return esc + first + (rest ? star : '');
        }
        return star;
      }
      return esc ? m : `\\${m}`;
    });

    if (backslashes === true) {
      if (opts.unescape === true) {
        output = output.replace(/\\/g, '');
      } else {
        output = output.replace(/\\+/g, m => {
          return m.length % 2 === 0 ? '\\\\' : (m ? '\\' : '');
        });
      }
    }

    if (output === input && opts.contains === true) {
      state.output = input;
      return state;
    }

    state.output = utils.wrapOutput(output, state, options);
    return state;
  }

  /**
   * Tokenize input until we reach end-of-string
   */

  while (!eos()) {
    value = advance();

    if (value === '\u0000') {
      continue;
    }

    /**
     * Escaped characters
     */

    if (value === '\\') {
      const next = peek();

      if (next === '/' && opts.bash !== true) {
        continue;
      }

      if (next === '.' || next === ';') {
        continue;
      }

      if (!next) {
        value += '\\';
        push({ type: 'text', value });
        continue;
      }

      // collapse slashes to reduce potential for exploits
      const match = /^\\+/.exec(remaining());
      let slashes = 0;

      if (match && match[0].length > 2) {
        slashes = match[0].length;
        state.index += slashes;
        if (slashes % 2 !== 0) {
          value += '\\';
        }
      }

      if (opts.unescape === true) {
        value = advance();
      } else {
        value += advance();
      }

      if (state.brackets === 0) {
        push({ type: 'text', value });
        continue;
      }
    }

    /**
     * If we're inside a regex character class, continue
     * until we reach the closing bracket.
     */

    if (state.brackets > 0 && (value !== ']' || prev.value === '[' || prev.value === '[^')) {
      if (opts.posix !== false && value === ':') {
        const inner = prev.value.slice(1);
        if (inner.includes('[')) {
          prev.posix = true;

          if (inner.includes(':')) {
            const idx = prev.value.lastIndexOf('[');
            const pre = prev.value.slice(0, idx);
            const rest = prev.value.slice(idx + 2);
            const posix = POSIX_REGEX_SOURCE[rest];
            if (posix) {
              prev.value = pre + posix;
              state.backtrack = true;
              advance();

              if (!bos.output && tokens.indexOf(prev) === 1) {
                bos.output = ONE_CHAR;
              }
              continue;
            }
          }
        }
      }

      if ((value === '[' && peek() !== ':') || (value === '-' && peek() === ']')) {
        value = `\\${value}`;
      }

      if (value === ']' && (prev.value === '[' || prev.value === '[^')) {
        value = `\\${value}`;
      }

      if (opts.posix === true && value === '!' && prev.value === '[') {
        value = '^';
      }

      prev.value += value;
      append({ value });
      continue;
    }

    /**
     * If we're inside a quoted string, continue
     * until we reach the closing double quote.
     */

    if (state.quotes === 1 && value !== '"') {
      value = utils.escapeRegex(value);
      prev.value += value;
      append({ value });
      continue;
    }

    /**
     * Double quotes
     */

    if (value === '"') {
      state.quotes = state.quotes === 1 ? 0 : 1;
      if (opts.keepQuotes === true) {
        push({ type: 'text', value });
      }
      continue;
    }

    /**
     * Parentheses
     */

    if (value === '(') {
      increment('parens');
      push({ type: 'paren', value });
      continue;
    }

    if (value === ')') {
      if (state.parens === 0 && opts.strictBrackets === true) {
        throw new SyntaxError(syntaxError('opening', '('));
      }

      const extglob = extglobs[extglobs.length - 1];
      if (extglob && state.parens === extglob.parens + 1) {
        extglobClose(extglobs.pop());
        continue;
      }

      push({ type: 'paren', value, output: state.parens ? ')' : '\\)' });
      decrement('parens');
      continue;
    }

    /**
     * Square brackets
     */

    if (value === '[') {
      if (opts.nobracket === true || !remaining().includes(']')) {
        if (opts.nobracket !== true && opts.strictBrackets === true) {
          throw new SyntaxError(syntaxError('closing', ']'));
        }

        value = `\\${value}`;
      } else {
        increment('brackets');
      }

      push({ type: 'bracket', value });
      continue;
    }

    if (value === ']') {
      if (opts.nobracket === true || (prev && prev.type === 'bracket' && prev.value.length === 1)) {
        push({ type: 'text', value, output: `\\${value}` });
        continue;
      }

      if (state.brackets === 0) {
        if (opts.strictBrackets === true) {
          throw new SyntaxError(syntaxError('opening', '['));
        }

        push({ type: 'text', value, output: `\\${value}` });
        continue;
      }

      decrement('brackets');

      const prevValue = prev.value.slice(1);
      if (prev.posix !== true && prevValue[0] === '^' && !prevValue.includes('/')) {
        value = `/${value}`;
      }

      prev.value += value;
      append({ value });

      // when literal brackets are explicitly disabled
      // assume we should match with a regex character class
      if (opts.literalBrackets === false || utils.hasRegexChars(prevValue)) {
        continue;
      }

      const escaped = utils.escapeRegex(prev.value);
      state.output = state.output.slice(0, -prev.value.length);

      // when literal brackets are explicitly enabled
      // assume we should escape the brackets to match literal characters
      if (opts.literalBrackets === true) {
        state.output += escaped;
        prev.value = escaped;
        continue;
      }

      // when the user specifies nothing, try to match both
      prev.value = `(${capture}${escaped}|${prev.value})`;
      state.output += prev.value;
      continue;
    }

    /**
     * Braces
     */

    if (value === '{' && opts.nobrace !== true) {
      increment('braces');

      const open = {
        type: 'brace',
        value,
        output: '(',
        outputIndex: state.output.length,
        tokensIndex: state.tokens.length
      };

      braces.push(open);
      push(open);
      continue;
    }

    if (value === '}') {
      const brace = braces[braces.length - 1];

      if (opts.nobrace === true || !brace) {
        push({ type: 'text', value, output: value });
        continue;
      }

      let output = ')';

      if (brace.dots === true) {
        const arr = tokens.slice();
        const range = [];

        for (let i = arr.length - 1; i >= 0; i--) {
          tokens.pop();
          if (arr[i].type === 'brace') {
            break;
          }
          if (arr[i].type !== 'dots') {
            range.unshift(arr[i].value);
          }
        }

        output = expandRange(range, opts);
        state.backtrack = true;
      }

      if (brace.comma !== true && brace.dots !== true) {
        const out = state.output.slice(0, brace.outputIndex);
        const toks = state.tokens.slice(brace.tokensIndex);
        brace.value = brace.output = '\\{';
        value = output = '\\}';
        state.output = out;
        for (const t of toks) {
          state.output += (t.output || t.value);
        }
      }

      push({ type: 'brace', value, output });
      decrement('braces');
      braces.pop();
      continue;
    }

    /**
     * Pipes
     */

    if (value === '|') {
      if (extglobs.length > 0) {
        extglobs[extglobs.length - 1].conditions++;
      }
      push({ type: 'text', value });
      continue;
    }

    /**
     * Commas
     */

    if (value === ',') {
      let output = value;

      const brace = braces[braces.length - 1];
      if (brace && stack[stack.length - 1] === 'braces') {
        brace.comma = true;
        output = '|';
      }

      push({ type: 'comma', value, output });
      continue;
    }

    /**
     * Slashes
     */

    if (value === '/') {
      // if the beginning of the glob is "./", advance the start
      // to the current index, and don't add the "./" characters
      // to the state. This greatly simplifies lookbehinds when
      // checking for BOS characters like "!" and "." (not "./")
      if (prev.type === 'dot' && state.index === state.start + 1) {
        state.start = state.index + 1;
        state.consumed = '';
        state.output = '';
        tokens.pop();
        prev = bos; // reset "prev" to the first token
        continue;
      }

      push({ type: 'slash', value, output: SLASH_LITERAL });
      continue;
    }

    /**
     * Dots
     */

    if (value === '.') {
      if (state.braces > 0 && prev.type === 'dot') {
        if (prev.value === '.') prev.output = DOT_LITERAL;
        const brace = braces[braces.length - 1];
        prev.type = 'dots';
        prev.output += value;
        prev.value += value;
        brace.dots = true;
        continue;
      }

      if ((state.braces + state.parens) === 0 && prev.type !== 'bos' && prev.type !== 'slash') {
        push({ type: 'text', value, output: DOT_LITERAL });
        continue;
      }

      push({ type: 'dot', value, output: DOT_LITERAL });
      continue;
    }

    /**
     * Question marks
     */

    if (value === '?') {
      const isGroup = prev && prev.value === '(';
      if (!isGroup && opts.noextglob !== true && peek() === '(' && peek(2) !== '?') {
        extglobOpen('qmark', value);
        continue;
      }

      if (prev && prev.type === 'paren') {
        const next = peek();
        let output = value;

        if ((prev.value === '(' && !/[!=<:]/.test(next)) || (next === '<' && !/<([!=]|\w+>)/.test(remaining()))) {
          output = `\\${value}`;
        }

        push({ type: 'text', value, output });
        continue;
      }

      if (opts.dot !== true && (prev.type === 'slash' || prev.type === 'bos')) {
        push({ type: 'qmark', value, output: QMARK_NO_DOT });
        continue;
      }

      push({ type: 'qmark', value, output: QMARK });
      continue;
    }

    /**
     * Exclamation
     */

    if (value === '!') {
      if (opts.noextglob !== true && peek() === '(') {
        if (peek(2) !== '?' || !/[!=<:]/.test(peek(3))) {
          extglobOpen('negate', value);
          continue;
        }
      }

      if (opts.nonegate !== true && state.index === 0) {
        negate();
        continue;
      }
    }

    /**
     * Plus
     */

    if (value === '+') {
      if (opts.noextglob !== true && peek() === '(' && peek(2) !== '?') {
        extglobOpen('plus', value);
        continue;
      }

      if ((prev && prev.value === '(') || opts.regex === false) {
        push({ type: 'plus', value, output: PLUS_LITERAL });
        continue;
      }

      if ((prev && (prev.type === 'bracket' || prev.type === 'paren' || prev.type === 'brace')) || state.parens > 0) {
        push({ type: 'plus', value });
        continue;
      }

      push({ type: 'plus', value: PLUS_LITERAL });
      continue;
    }

    /**
     * Plain text
     */

    if (value === '@') {
      if (opts.noextglob !== true && peek() === '(' && peek(2) !== '?') {
        push({ type: 'at', extglob: true, value, output: '' });
        continue;
      }

      push({ type: 'text', value });
      continue;
    }

    /**
     * Plain text
     */

    if (value !== '*') {
      if (value === '$' || value === '^') {
        value = `\\${value}`;
      }

      const match = REGEX_NON_SPECIAL_CHARS.exec(remaining());
      if (match) {
        value += match[0];
        state.index += match[0].length;
      }

      push({ type: 'text', value });
      continue;
    }

    /**
     * Stars
     */

    if (prev && (prev.type === 'globstar' || prev.star === true)) {
      prev.type = 'star';
      prev.star = true;
      prev.value += value;
      prev.output = star;
      state.backtrack = true;
      state.globstar = true;
      consume(value);
      continue;
    }

    let rest = remaining();
    if (opts.noextglob !== true && /^\([^?]/.test(rest)) {
      extglobOpen('star', value);
      continue;
    }

    if (prev.type === 'star') {
      if (opts.noglobstar === true) {
        consume(value);
        continue;
      }

      const prior = prev.prev;
      const before = prior.prev;
      const isStart = prior.type === 'slash' || prior.type === 'bos';
      const afterStar = before && (before.type === 'star' || before.type === 'globstar');

      if (opts.bash === true && (!isStart || (rest[0] && rest[0] !== '/'))) {
        push({ type: 'star', value, output: '' });
        continue;
      }

      const isBrace = state.braces > 0 && (prior.type === 'comma' || prior.type === 'brace');
      const isExtglob = extglobs.length && (prior.type === 'pipe' || prior.type === 'paren');
      if (!isStart && prior.type !== 'paren' && !isBrace && !isExtglob) {
        push({ type: 'star', value, output: '' });
        continue;
      }

      // strip consecutive `/**/`
      while (rest.slice(0, 3) === '/**') {
        const after = input[state.index + 4];
        if (after && after !== '/') {
          break;
        }
        rest = rest.slice(3);
        consume('/**', 3);
      }

      // A globstar followed only by balanced closing parens is at the logical end of patterns like
      // `test(/utils/**)` and `test?(/utils/**)`. Treat it as EOS so the trailing `/**` can match its
      // parent path, except in negated extglobs where that would change the exclusion semantics.
      const isEnd = eos() || (
        state.parens > 0
        && rest === ')'.repeat(state.parens)
        && !extglobs.some(extglob => extglob.type === 'negate')
      );

      if (prior.type === 'bos' && eos()) {
        prev.type = 'globstar';
        prev.value += value;
        prev.output = globstar(opts);
        state.output = prev.output;
        state.globstar = true;
        consume(value);
        continue;
      }

      if (prior.type === 'slash' && prior.prev.type !== 'bos' && !afterStar && isEnd) {
        state.output = state.output.slice(0, -(prior.output + prev.output).length);
        prior.output = `(?:${prior.output}`;

        prev.type = 'globstar';
        prev.output = globstar(opts) + (opts.strictSlashes ? ')' : '|$)');
        prev.value += value;
        state.globstar = true;
        state.output += prior.output + prev.output;
        consume(value);
        continue;
      }

      if (prior.type === 'slash' && prior.prev.type !== 'bos' && rest[0] === '/') {
        const end = rest[1] !== void 0 ? '|$' : '';

        state.output = state.output.slice(0, -(prior.output + prev.output).length);
        prior.output = `(?:${prior.output}`;

        prev.type = 'globstar';
        prev.output = `${globstar(opts)}${SLASH_LITERAL}|${SLASH_LITERAL}${end})`;
        prev.value += value;

        state.output += prior.output + prev.output;
        state.globstar = true;

        consume(value + advance());

        push({ type: 'slash', value: '/', output: '' });
        continue;
      }

      if (prior.type === 'bos' && rest[0] === '/') {
        prev.type = 'globstar';
        prev.value += value;
        prev.output = `(?:^|${SLASH_LITERAL}|${globstar(opts)}${SLASH_LITERAL})`;
        state.output = prev.output;
        state.globstar = true;
        consume(value + advance());
        push({ type: 'slash', value: '/', output: '' });
        continue;
      }

      // remove single star from output
      state.output = state.output.slice(0, -prev.output.length);

      // reset previous token to globstar
      prev.type = 'globstar';
      prev.output = globstar(opts);
      prev.value += value;

      // reset output with globstar
      state.output += prev.output;
      state.globstar = true;
      consume(value);
      continue;
    }

    const token = { type: 'star', value, output: star };

    if (opts.bash === true) {
      token.output = '.*?';
      if (prev.type === 'bos' || prev.type === 'slash') {
        token.output = nodot + token.output;
      }
      push(token);
      continue;
    }

    if (prev && (prev.type === 'bracket' || prev.type === 'paren') && opts.regex === true) {
      token.output = value;
      push(token);
      continue;
    }

    if (state.index === state.start || prev.type === 'slash' || prev.type === 'dot') {
      if (prev.type === 'dot') {
        state.output += NO_DOT_SLASH;
        prev.output += NO_DOT_SLASH;

      } else if (opts.dot === true) {
        state.output += NO_DOTS_SLASH;
        prev.output += NO_DOTS_SLASH;

      } else {
        state.output += nodot;
        prev.output += nodot;
      }

      if (peek() !== '*') {
        state.output += ONE_CHAR;
        prev.output += ONE_CHAR;
      }
    }

    push(token);
  }

  while (state.brackets > 0) {
    if (opts.strictBrackets === true) throw new SyntaxError(syntaxError('closing', ']'));
    state.output = utils.escapeLast(state.output, '[');
    decrement('brackets');
  }

  while (state.parens > 0) {
    if (opts.strictBrackets === true) throw new SyntaxError(syntaxError('closing', ')'));
    state.output = utils.escapeLast(state.output, '(');
    decrement('parens');
  }

  while (state.braces > 0) {
    if (opts.strictBrackets === true) throw new SyntaxError(syntaxError('closing', '}'));
    state.output = utils.escapeLast(state.output, '{');
    decrement('braces');
  }

  if (opts.strictSlashes !== true && (prev.type === 'star' || prev.type === 'bracket')) {
    push({ type: 'maybe_slash', value: '', output: `${SLASH_LITERAL}?` });
  }

  // rebuild the output if we had to backtrack at any point
  if (state.backtrack === true) {
    state.output = '';

    for (const token of state.tokens) {
      state.output += token.output != null ? token.output : token.value;

      if (token.suffix) {
        state.output += token.suffix;
      }
    }
  }

  return state;
};

/**
 * Fast paths for creating regular expressions for common glob patterns.
 * This can significantly speed up processing and has very little downside
 * impact when none of the fast paths match.
 */

parse.fastpaths = (input, options) => {
  const opts = { ...options };
  const max = typeof opts.maxLength === 'number' ? Math.min(MAX_LENGTH, opts.maxLength) : MAX_LENGTH;
  const len = input.length;
  if (len > max) {
    throw new SyntaxError(`Input length: ${len}, exceeds maximum allowed length: ${max}`);
  }

  input = REPLACEMENTS[input] || input;

  // create constants based on platform, for windows or posix
  const {
    DOT_LITERAL,
    SLASH_LITERAL,
    ONE_CHAR,
    DOTS_SLASH,
    NO_DOT,
    NO_DOTS,
    NO_DOTS_SLASH,
    STAR,
    START_ANCHOR
  } = constants.globChars(opts.windows);

  const nodot = opts.dot ? NO_DOTS : NO_DOT;
  const slashDot = opts.dot ? NO_DOTS_SLASH : NO_DOT;
  const capture = opts.capture ? '' : '?:';
  const state = { negated: false, prefix: '' };
  let star = opts.bash === true ? '.*?' : STAR;

  if (opts.capture) {
    star = `(${star})`;
  }

  const globstar = opts => {
    if (opts.noglobstar === true) return star;
    return `(${capture}(?:(?!${START_ANCHOR}${opts.dot ? DOTS_SLASH : DOT_LITERAL}).)*?)`;
  };

  const create = str => {
    switch (str) {
      case '*':
        return `${nodot}${ONE_CHAR}${star}`;

      case '.*':
        return `${DOT_LITERAL}${ONE_CHAR}${star}`;

      case '*.*':
        return `${nodot}${star}${DOT_LITERAL}${ONE_CHAR}${star}`;

      case '*/*':
        return `${nodot}${star}${SLASH_LITERAL}${ONE_CHAR}${slashDot}${star}`;

      case '**':
        return nodot + globstar(opts);

      case '**/*':
        return `(?:${nodot}${globstar(opts)}${SLASH_LITERAL})?${slashDot}${ONE_CHAR}${star}`;

      case '**/*.*':
        return `(?:${nodot}${globstar(opts)}${SLASH_LITERAL})?${slashDot}${star}${DOT_LITERAL}${ONE_CHAR}${star}`;

      case '**/.*':
        return `(?:${nodot}${globstar(opts)}${SLASH_LITERAL})?${DOT_LITERAL}${ONE_CHAR}${star}`;

      default: {
        const match = /^(.*?)\.(\w+)$/.exec(str);
        if (!match) return;

        const source = create(match[1]);
        if (!source) return;

        return source + DOT_LITERAL + match[2];
      }
    }
  };

  const output = utils.removePrefix(input, state);
  let source = create(output);

  if (source && opts.strictSlashes !== true) {
    source += `${SLASH_LITERAL}?`;
  }

  return source;
};

module.exports = parse;


/***/ }),

/***/ 8016:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {



const scan = __nccwpck_require__(1781);
const parse = __nccwpck_require__(8265);
const utils = __nccwpck_require__(4059);
const constants = __nccwpck_require__(5595);
const isObject = val => val && typeof val === 'object' && !Array.isArray(val);

/**
 * Creates a matcher function from one or more glob patterns. The
 * returned function takes a string to match as its first argument,
 * and returns true if the string is a match. The returned matcher
 * function also takes a boolean as the second argument that, when true,
 * returns an object with additional information.
 *
 * ```js
 * const picomatch = require('picomatch');
 * // picomatch(glob[, options]);
 *
 * const isMatch = picomatch('*.!(*a)');
 * console.log(isMatch('a.a')); //=> false
 * console.log(isMatch('a.b')); //=> true
 *
 * // For environments without `node.js`, `picomatch/posix` provides you a dependency-free matcher, without automatic OS detection.
 * const picomatch = require('picomatch/posix');
 * // the same API, defaulting to posix paths
 * const isMatch = picomatch('a/*');
 * console.log(isMatch('a\\b')); //=> false
 * console.log(isMatch('a/b')); //=> true
 *
 * // you can still configure the matcher function to accept windows paths
 * const isMatch = picomatch('a/*', { options: windows });
 * console.log(isMatch('a\\b')); //=> true
 * console.log(isMatch('a/b')); //=> true
 * ```
 * @name picomatch
 * @param {String|Array} `globs` One or more glob patterns.
 * @param {Object=} `options`
 * @return {Function=} Returns a matcher function.
 * @api public
 */

const picomatch = (glob, options, returnState = false) => {
  if (Array.isArray(glob)) {
    const fns = glob.map(input => picomatch(input, options, returnState));
    const arrayMatcher = str => {
      for (const isMatch of fns) {
        const state = isMatch(str);
        if (state) return state;
      }
      return false;
    };
    return arrayMatcher;
  }

  const isState = isObject(glob) && glob.tokens && glob.input;

  if (glob === '' || (typeof glob !== 'string' && !isState)) {
    throw new TypeError('Expected pattern to be a non-empty string');
  }

  const opts = options || {};
  const posix = opts.windows;
  const regex = isState
    ? picomatch.compileRe(glob, options)
    : picomatch.makeRe(glob, options, false, true);

  const state = regex.state;
  delete regex.state;

  let isIgnored = () => false;
  if (opts.ignore) {
    const ignoreOpts = { ...options, ignore: null, onMatch: null, onResult: null };
    isIgnored = picomatch(opts.ignore, ignoreOpts, returnState);
  }

  const matcher = (input, returnObject = false) => {
    const { isMatch, match, output } = picomatch.test(input, regex, options, { glob, posix });
    const result = { glob, state, regex, posix, input, output, match, isMatch };

    if (typeof opts.onResult === 'function') {
      opts.onResult(result);
    }

    if (isMatch === false) {
      result.isMatch = false;
      return returnObject ? result : false;
    }

    if (isIgnored(input)) {
      if (typeof opts.onIgnore === 'function') {
        opts.onIgnore(result);
      }
      result.isMatch = false;
      return returnObject ? result : false;
    }

    if (typeof opts.onMatch === 'function') {
      opts.onMatch(result);
    }
    return returnObject ? result : true;
  };

  if (returnState) {
    matcher.state = state;
  }

  return matcher;
};

/**
 * Test `input` with the given `regex`. This is used by the main
 * `picomatch()` function to test the input string.
 *
 * ```js
 * const picomatch = require('picomatch');
 * // picomatch.test(input, regex[, options]);
 *
 * console.log(picomatch.test('foo/bar', /^(?:([^/]*?)\/([^/]*?))$/));
 * // { isMatch: true, match: [ 'foo/', 'foo', 'bar' ], output: 'foo/bar' }
 * ```
 * @param {String} `input` String to test.
 * @param {RegExp} `regex`
 * @return {Object} Returns an object with matching info.
 * @api public
 */

picomatch.test = (input, regex, options, { glob, posix } = {}) => {
  if (typeof input !== 'string') {
    throw new TypeError('Expected input to be a string');
  }

  if (input === '') {
    return { isMatch: false, output: '' };
  }

  const opts = options || {};
  const format = opts.format || (posix ? utils.toPosixSlashes : null);
  let match = input === glob;
  let output = (match && format) ? format(input) : input;

  if (match === false) {
    output = format ? format(input) : input;
    match = output === glob;
  }

  if (match === false || opts.capture === true) {
    if (opts.matchBase === true || opts.basename === true) {
      match = picomatch.matchBase(input, regex, options, posix);
    } else {
      match = regex.exec(output);
    }
  }

  return { isMatch: Boolean(match), match, output };
};

/**
 * Match the basename of a filepath.
 *
 * ```js
 * const picomatch = require('picomatch');
 * // picomatch.matchBase(input, glob[, options]);
 * console.log(picomatch.matchBase('foo/bar.js', '*.js'); // true
 * ```
 * @param {String} `input` String to test.
 * @param {RegExp|String} `glob` Glob pattern or regex created by [.makeRe](#makeRe).
 * @return {Boolean}
 * @api public
 */

picomatch.matchBase = (input, glob, options, posix = options && options.windows) => {
  const regex = glob instanceof RegExp ? glob : picomatch.makeRe(glob, options);
  return regex.test(utils.basename(input, { windows: posix }));
};

/**
 * Returns true if **any** of the given glob `patterns` match the specified `string`.
 *
 * ```js
 * const picomatch = require('picomatch');
 * // picomatch.isMatch(string, patterns[, options]);
 *
 * console.log(picomatch.isMatch('a.a', ['b.*', '*.a'])); //=> true
 * console.log(picomatch.isMatch('a.a', 'b.*')); //=> false
 * ```
 * @param {String|Array} str The string to test.
 * @param {String|Array} patterns One or more glob patterns to use for matching.
 * @param {Object} [options] See available [options](#options).
 * @return {Boolean} Returns true if any patterns match `str`
 * @api public
 */

picomatch.isMatch = (str, patterns, options) => picomatch(patterns, options)(str);

/**
 * Parse a glob pattern to create the source string for a regular
 * expression.
 *
 * ```js
 * const picomatch = require('picomatch');
 * const result = picomatch.parse(pattern[, options]);
 * ```
 * @param {String} `pattern`
 * @param {Object} `options`
 * @return {Object} Returns an object with useful properties and output to be used as a regex source string.
 * @api public
 */

picomatch.parse = (pattern, options) => {
  if (Array.isArray(pattern)) return pattern.map(p => picomatch.parse(p, options));
  return parse(pattern, { ...options, fastpaths: false });
};

/**
 * Scan a glob pattern to separate the pattern into segments.
 *
 * ```js
 * const picomatch = require('picomatch');
 * // picomatch.scan(input[, options]);
 *
 * const result = picomatch.scan('!./foo/*.js');
 * console.log(result);
 * { prefix: '!./',
 *   input: '!./foo/*.js',
 *   start: 3,
 *   base: 'foo',
 *   glob: '*.js',
 *   isBrace: false,
 *   isBracket: false,
 *   isGlob: true,
 *   isExtglob: false,
 *   isGlobstar: false,
 *   negated: true }
 * ```
 * @param {String} `input` Glob pattern to scan.
 * @param {Object} `options`
 * @return {Object} Returns an object with
 * @api public
 */

picomatch.scan = (input, options) => scan(input, options);

/**
 * Compile a regular expression from the `state` object returned by the
 * [parse()](#parse) method.
 *
 * ```js
 * const picomatch = require('picomatch');
 * const state = picomatch.parse('*.js');
 * // picomatch.compileRe(state[, options]);
 *
 * console.log(picomatch.compileRe(state));
 * //=> /^(?:(?!\.)(?=.)[^/]*?\.js)$/
 * ```
 * @param {Object} `state`
 * @param {Object} `options`
 * @param {Boolean} `returnOutput` Intended for implementors, this argument allows you to return the raw output from the parser.
 * @param {Boolean} `returnState` Adds the state to a `state` property on the returned regex. Useful for implementors and debugging.
 * @return {RegExp}
 * @api public
 */

picomatch.compileRe = (state, options, returnOutput = false, returnState = false) => {
  if (returnOutput === true) {
    return state.output;
  }

  const opts = options || {};
  const prepend = opts.contains ? '' : '^';
  const append = opts.contains ? '' : '$';

  let source = `${prepend}(?:${state.output})${append}`;
  if (state && state.negated === true) {
    source = `^(?!${source}).*$`;
  }

  const regex = picomatch.toRegex(source, options);
  if (returnState === true) {
    regex.state = state;
  }

  return regex;
};

/**
 * Create a regular expression from a parsed glob pattern.
 *
 * ```js
 * const picomatch = require('picomatch');
 * // picomatch.makeRe(state[, options]);
 *
 * const result = picomatch.makeRe('*.js');
 * console.log(result);
 * //=> /^(?:(?!\.)(?=.)[^/]*?\.js)$/
 * ```
 * @param {String} `state` The object returned from the `.parse` method.
 * @param {Object} `options`
 * @param {Boolean} `returnOutput` Implementors may use this argument to return the compiled output, instead of a regular expression. This is not exposed on the options to prevent end-users from mutating the result.
 * @param {Boolean} `returnState` Implementors may use this argument to return the state from the parsed glob with the returned regular expression.
 * @return {RegExp} Returns a regex created from the given pattern.
 * @api public
 */

picomatch.makeRe = (input, options = {}, returnOutput = false, returnState = false) => {
  if (!input || typeof input !== 'string') {
    throw new TypeError('Expected a non-empty string');
  }

  let parsed = { negated: false, fastpaths: true };

  if (options.fastpaths !== false && (input[0] === '.' || input[0] === '*')) {
    parsed.output = parse.fastpaths(input, options);
  }

  if (!parsed.output) {
    parsed = parse(input, options);
  }

  return picomatch.compileRe(parsed, options, returnOutput, returnState);
};

/**
 * Create a regular expression from the given regex source string.
 *
 * ```js
 * const picomatch = require('picomatch');
 * // picomatch.toRegex(source[, options]);
 *
 * const { output } = picomatch.parse('*.js');
 * console.log(picomatch.toRegex(output));
 * //=> /^(?:(?!\.)(?=.)[^/]*?\.js)$/
 * ```
 * @param {String} `source` Regular expression source string.
 * @param {Object} `options`
 * @return {RegExp}
 * @api public
 */

picomatch.toRegex = (source, options) => {
  try {
    const opts = options || {};
    return new RegExp(source, opts.flags || (opts.nocase ? 'i' : ''));
  } catch (err) {
    if (options && options.debug === true) throw err;
    return /$^/;
  }
};

/**
 * Picomatch constants.
 * @return {Object}
 */

picomatch.constants = constants;

/**
 * Expose "picomatch"
 */

module.exports = picomatch;


/***/ }),

/***/ 1781:
/***/ ((module, __unused_webpack_exports, __nccwpck_require__) => {



const utils = __nccwpck_require__(4059);
const {
  CHAR_ASTERISK,             /* * */
  CHAR_AT,                   /* @ */
  CHAR_BACKWARD_SLASH,       /* \ */
  CHAR_COMMA,                /* , */
  CHAR_DOT,                  /* . */
  CHAR_EXCLAMATION_MARK,     /* ! */
  CHAR_FORWARD_SLASH,        /* / */
  CHAR_LEFT_CURLY_BRACE,     /* { */
  CHAR_LEFT_PARENTHESES,     /* ( */
  CHAR_LEFT_SQUARE_BRACKET,  /* [ */
  CHAR_PLUS,                 /* + */
  CHAR_QUESTION_MARK,        /* ? */
  CHAR_RIGHT_CURLY_BRACE,    /* } */
  CHAR_RIGHT_PARENTHESES,    /* ) */
  CHAR_RIGHT_SQUARE_BRACKET  /* ] */
} = __nccwpck_require__(5595);

const isPathSeparator = code => {
  return code === CHAR_FORWARD_SLASH || code === CHAR_BACKWARD_SLASH;
};

const depth = token => {
  if (token.isPrefix !== true) {
    token.depth = token.isGlobstar ? Infinity : 1;
  }
};

/**
 * Quickly scans a glob pattern and returns an object with a handful of
 * useful properties, like `isGlob`, `path` (the leading non-glob, if it exists),
 * `glob` (the actual pattern), `negated` (true if the path starts with `!` but not
 * with `!(`) and `negatedExtglob` (true if the path starts with `!(`).
 *
 * ```js
 * const pm = require('picomatch');
 * console.log(pm.scan('foo/bar/*.js'));
 * { isGlob: true, input: 'foo/bar/*.js', base: 'foo/bar', glob: '*.js' }
 * ```
 * @param {String} `str`
 * @param {Object} `options`
 * @return {Object} Returns an object with tokens and regex source string.
 * @api public
 */

const scan = (input, options) => {
  const opts = options || {};

  const length = input.length - 1;
  const scanToEnd = opts.parts === true || opts.tokens === true || opts.scanToEnd === true;
  const slashes = [];
  const tokens = [];
  const parts = [];

  let str = input;
  let index = -1;
  let start = 0;
  let lastIndex = 0;
  let isBrace = false;
  let isBracket = false;
  let isGlob = false;
  let isExtglob = false;
  let isGlobstar = false;
  let braceEscaped = false;
  let backslashes = false;
  let negated = false;
  let negatedExtglob = false;
  let finished = false;
  let braces = 0;
  let prev;
  let code;
  let token = { value: '', depth: 0, isGlob: false };

  const eos = () => index >= length;
  const peek = () => str.charCodeAt(index + 1);
  const advance = () => {
    prev = code;
    return str.charCodeAt(++index);
  };

  while (index < length) {
    code = advance();
    let next;

    if (code === CHAR_BACKWARD_SLASH) {
      backslashes = token.backslashes = true;
      code = advance();

      if (code === CHAR_LEFT_CURLY_BRACE) {
        braceEscaped = true;
      }
      continue;
    }

    if (braceEscaped === true || code === CHAR_LEFT_CURLY_BRACE) {
      braces++;

      while (eos() !== true && (code = advance())) {
        if (code === CHAR_BACKWARD_SLASH) {
          backslashes = token.backslashes = true;
          advance();
          continue;
        }

        if (code === CHAR_LEFT_CURLY_BRACE) {
          braces++;
          continue;
        }

        if (braceEscaped !== true && code === CHAR_DOT && (code = advance()) === CHAR_DOT) {
          isBrace = token.isBrace = true;
          isGlob = token.isGlob = true;
          finished = true;

          if (scanToEnd === true) {
            continue;
          }

          break;
        }

        if (braceEscaped !== true && code === CHAR_COMMA) {
          isBrace = token.isBrace = true;
          isGlob = token.isGlob = true;
          finished = true;

          if (scanToEnd === true) {
            continue;
          }

          break;
        }

        if (code === CHAR_RIGHT_CURLY_BRACE) {
          braces--;

          if (braces === 0) {
            braceEscaped = false;
            isBrace = token.isBrace = true;
            finished = true;
            break;
          }
        }
      }

      if (scanToEnd === true) {
        continue;
      }

      break;
    }

    if (code === CHAR_FORWARD_SLASH) {
      slashes.push(index);
      tokens.push(token);
      token = { value: '', depth: 0, isGlob: false };

      if (finished === true) continue;
      if (prev === CHAR_DOT && index === (start + 1)) {
        start += 2;
        continue;
      }

      lastIndex = index + 1;
      continue;
    }

    if (opts.noext !== true) {
      const isExtglobChar = code === CHAR_PLUS
        || code === CHAR_AT
        || code === CHAR_ASTERISK
        || code === CHAR_QUESTION_MARK
        || code === CHAR_EXCLAMATION_MARK;

      if (isExtglobChar === true && peek() === CHAR_LEFT_PARENTHESES) {
        isGlob = token.isGlob = true;
        isExtglob = token.isExtglob = true;
        finished = true;
        if (code === CHAR_EXCLAMATION_MARK && index === start) {
          negatedExtglob = true;
        }

        if (scanToEnd === true) {
          let parens = 0;

          while (eos() !== true && (code = advance())) {
            if (code === CHAR_BACKWARD_SLASH) {
              backslashes = token.backslashes = true;
              advance();
              continue;
            }

            if (code === CHAR_LEFT_PARENTHESES) {
              parens++;
              continue;
            }

            if (code === CHAR_RIGHT_PARENTHESES && --parens === 0) {
              finished = true;
              break;
            }
          }
          continue;
        }
        break;
      }
    }

    if (code === CHAR_ASTERISK) {
      if (prev === CHAR_ASTERISK) isGlobstar = token.isGlobstar = true;
      isGlob = token.isGlob = true;
      finished = true;

      if (scanToEnd === true) {
        continue;
      }
      break;
    }

    if (code === CHAR_QUESTION_MARK) {
      isGlob = token.isGlob = true;
      finished = true;

      if (scanToEnd === true) {
        continue;
      }
      break;
    }

    if (code === CHAR_LEFT_SQUARE_BRACKET) {
      while (eos() !== true && (next = advance())) {
        if (next === CHAR_BACKWARD_SLASH) {
          backslashes = token.backslashes = true;
          advance();
          continue;
        }

        if (next === CHAR_RIGHT_SQUARE_BRACKET) {
          isBracket = token.isBracket = true;
          isGlob = token.isGlob = true;
          finished = true;
          break;
        }
      }

      if (scanToEnd === true) {
        continue;
      }

      break;
    }

    if (opts.nonegate !== true && code === CHAR_EXCLAMATION_MARK && index === start) {
      negated = token.negated = true;
      start++;
      continue;
    }

    if (opts.noparen !== true && code === CHAR_LEFT_PARENTHESES) {
      isGlob = token.isGlob = true;

      if (scanToEnd === true) {
        let parens = 1;

        while (eos() !== true && (code = advance())) {
          if (code === CHAR_BACKWARD_SLASH) {
            backslashes = token.backslashes = true;
            advance();
            continue;
          }

          if (code === CHAR_LEFT_PARENTHESES) {
            parens++;
            continue;
          }

          if (code === CHAR_RIGHT_PARENTHESES && --parens === 0) {
            finished = true;
            break;
          }
        }
        continue;
      }
      break;
    }

    if (isGlob === true) {
      finished = true;

      if (scanToEnd === true) {
        continue;
      }

      break;
    }
  }

  if (opts.noext === true) {
    isExtglob = false;
    isGlob = false;
  }

  let base = str;
  let prefix = '';
  let glob = '';

  if (start > 0) {
    prefix = str.slice(0, start);
    str = str.slice(start);
    lastIndex -= start;
  }

  if (base && isGlob === true && lastIndex > 0) {
    base = str.slice(0, lastIndex);
    glob = str.slice(lastIndex);
  } else if (isGlob === true) {
    base = '';
    glob = str;
  } else {
    base = str;
  }

  if (base && base !== '' && base !== '/' && base !== str) {
    if (isPathSeparator(base.charCodeAt(base.length - 1))) {
      base = base.slice(0, -1);
    }
  }

  if (opts.unescape === true) {
    if (glob) glob = utils.removeBackslashes(glob);

    if (base && backslashes === true) {
      base = utils.removeBackslashes(base);
    }
  }

  const state = {
    prefix,
    input,
    start,
    base,
    glob,
    isBrace,
    isBracket,
    isGlob,
    isExtglob,
    isGlobstar,
    negated,
    negatedExtglob
  };

  if (opts.tokens === true) {
    state.maxDepth = 0;
    if (!isPathSeparator(code)) {
      tokens.push(token);
    }
    state.tokens = tokens;
  }

  if (opts.parts === true || opts.tokens === true) {
    let prevIndex;

    for (let idx = 0; idx < slashes.length; idx++) {
      const n = prevIndex !== undefined ? prevIndex + 1 : start;
      const i = slashes[idx];
      const value = input.slice(n, i);
      if (opts.tokens) {
        if (idx === 0 && start !== 0) {
          tokens[idx].isPrefix = true;
          tokens[idx].value = prefix;
        } else {
          tokens[idx].value = value;
        }
        depth(tokens[idx]);
        state.maxDepth += tokens[idx].depth;
      }
      if (i >= start) {
        parts.push(value);
        prevIndex = i;
      }
    }

    const n = prevIndex !== undefined ? prevIndex + 1 : start;
    const value = input.slice(n);
    parts.push(value);

    if (opts.tokens && prevIndex && prevIndex + 1 < input.length) {
      tokens[tokens.length - 1].value = value;
      depth(tokens[tokens.length - 1]);
      state.maxDepth += tokens[tokens.length - 1].depth;
    }

    state.slashes = slashes;
    state.parts = parts;
  }

  return state;
};

module.exports = scan;


/***/ }),

/***/ 4059:
/***/ ((__unused_webpack_module, exports, __nccwpck_require__) => {

/*global navigator*/


const {
  REGEX_BACKSLASH,
  REGEX_REMOVE_BACKSLASH,
  REGEX_SPECIAL_CHARS,
  REGEX_SPECIAL_CHARS_GLOBAL
} = __nccwpck_require__(5595);

exports.isObject = val => val !== null && typeof val === 'object' && !Array.isArray(val);
exports.hasRegexChars = str => REGEX_SPECIAL_CHARS.test(str);
exports.isRegexChar = str => str.length === 1 && exports.hasRegexChars(str);
exports.escapeRegex = str => str.replace(REGEX_SPECIAL_CHARS_GLOBAL, '\\$1');
exports.toPosixSlashes = str => str.replace(REGEX_BACKSLASH, '/');

exports.isWindows = () => {
  if (typeof navigator !== 'undefined' && navigator.platform) {
    const platform = navigator.platform.toLowerCase();
    return platform === 'win32' || platform === 'windows';
  }

  if (typeof process !== 'undefined' && process.platform) {
    return process.platform === 'win32';
  }

  return false;
};

exports.removeBackslashes = str => {
  return str.replace(REGEX_REMOVE_BACKSLASH, match => {
    return match === '\\' ? '' : match;
  });
};

exports.escapeLast = (input, char, lastIdx) => {
  const idx = input.lastIndexOf(char, lastIdx);
  if (idx === -1) return input;
  if (input[idx - 1] === '\\') return exports.escapeLast(input, char, idx - 1);
  return `${input.slice(0, idx)}\\${input.slice(idx)}`;
};

exports.removePrefix = (input, state = {}) => {
  let output = input;
  if (output.startsWith('./')) {
    output = output.slice(2);
    state.prefix = './';
  }
  return output;
};

exports.wrapOutput = (input, state = {}, options = {}) => {
  const prepend = options.contains ? '' : '^';
  const append = options.contains ? '' : '$';

  let output = `${prepend}(?:${input})${append}`;
  if (state.negated === true) {
    output = `(?:^(?!${output}).*$)`;
  }
  return output;
};

exports.basename = (path, { windows } = {}) => {
  const segs = path.split(windows ? /[\\/]/ : '/');
  const last = segs[segs.length - 1];

  if (last === '') {
    return segs[segs.length - 2];
  }

  return last;
};


/***/ }),

/***/ 2613:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("assert");

/***/ }),

/***/ 4434:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("events");

/***/ }),

/***/ 9896:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("fs");

/***/ }),

/***/ 8611:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("http");

/***/ }),

/***/ 5692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("https");

/***/ }),

/***/ 9278:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("net");

/***/ }),

/***/ 4589:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:assert");

/***/ }),

/***/ 6698:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:async_hooks");

/***/ }),

/***/ 4573:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:buffer");

/***/ }),

/***/ 7540:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:console");

/***/ }),

/***/ 7598:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:crypto");

/***/ }),

/***/ 3053:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:diagnostics_channel");

/***/ }),

/***/ 610:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:dns");

/***/ }),

/***/ 8474:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:events");

/***/ }),

/***/ 3024:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:fs");

/***/ }),

/***/ 7067:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http");

/***/ }),

/***/ 2467:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:http2");

/***/ }),

/***/ 7030:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:net");

/***/ }),

/***/ 8161:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:os");

/***/ }),

/***/ 6760:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:path");

/***/ }),

/***/ 643:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:perf_hooks");

/***/ }),

/***/ 1792:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:querystring");

/***/ }),

/***/ 99:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:sqlite");

/***/ }),

/***/ 7075:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream");

/***/ }),

/***/ 8500:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:timers/promises");

/***/ }),

/***/ 1692:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:tls");

/***/ }),

/***/ 3136:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:url");

/***/ }),

/***/ 7975:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util");

/***/ }),

/***/ 3429:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:util/types");

/***/ }),

/***/ 5919:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:worker_threads");

/***/ }),

/***/ 8522:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:zlib");

/***/ }),

/***/ 857:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("os");

/***/ }),

/***/ 3193:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("string_decoder");

/***/ }),

/***/ 4756:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("tls");

/***/ }),

/***/ 1404:
/***/ ((module) => {

module.exports = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("util");

/***/ }),

/***/ 2114:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   HC: () => (/* binding */ conversionsOf),
/* harmony export */   HR: () => (/* binding */ convertsLineEnds),
/* harmony export */   sz: () => (/* binding */ convertible)
/* harmony export */ });
const CONTENT = ['filter', 'ident', 'working-tree-encoding'];
const LINE_ENDS = ['text', 'eol', 'crlf'];
const convertible = (path) => {
    const none = [...CONTENT, ...LINE_ENDS].map((name) => `!${name}`).join(' ');
    return [`:(literal)${path}`, `:(exclude,attr:${none})`];
};
const NAMES_AT_ONCE = 10_000;
async function conversionsOf(git, names, options) {
    const conversions = new Map();
    for (let start = 0; start < names.length; start += NAMES_AT_ONCE) {
        const some = names.slice(start, start + NAMES_AT_ONCE);
        const input = Buffer.from(some.map((name) => `${name}\0`).join(''), 'latin1');
        const args = ['check-attr', '-z', '--stdin', ...CONTENT, ...LINE_ENDS];
        const fields = (await git.run(args, { ...options, input, encoding: 'latin1' })).split('\0');
        for (let at = 0; at + 2 < fields.length; at += 3) {
            const [name, attribute, value] = fields.slice(at, at + 3);
            if (value === 'unspecified' || value === 'unset')
                continue;
            const known = conversions.get(name) ?? { content: false, lineEnds: false, toCrlf: false };
            conversions.set(name, known);
            if (CONTENT.includes(attribute))
                known.content = true;
            else
                known.lineEnds = true;
            if (attribute === 'eol' && value === 'crlf')
                known.toCrlf = true;
        }
    }
    return conversions;
}
async function convertsLineEnds(git) {
    const { stdout } = await git.try(['config', '--get-regexp', '^core\\.(autocrlf|eol)$']);
    const said = stdout.toString();
    const isWindows = process.platform === 'win32';
    return {
        lineEnds: /^core\.autocrlf(?! false)/im.test(said),
        toCrlf: isWindows || /^core\.(autocrlf(?! false| input)|eol (?!lf|native))/im.test(said),
    };
}


/***/ }),

/***/ 7119:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Im: () => (/* binding */ patient),
/* harmony export */   Qy: () => (/* binding */ isAnswered),
/* harmony export */   W6: () => (/* binding */ CONNECTION_ATTEMPTS),
/* harmony export */   dg: () => (/* binding */ isTransient),
/* harmony export */   fu: () => (/* binding */ backOff)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8500);

const FIRST_MS = 250;
const LONGEST_MS = 20_000;
const CONNECTION_ATTEMPTS = 5;
async function backOff(attempt, reason, { attempts = CONNECTION_ATTEMPTS, say, signal }, leastMs = 0) {
    const waitMs = leastMs + Math.round(Math.random() * Math.min(LONGEST_MS, FIRST_MS * 2 ** attempt));
    say(`${reason} Attempt ${attempt + 1} of ${attempts} follows in ${waitMs} ms.`);
    await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(waitMs, undefined, { signal });
}
const TRANSIENT = [
    /returned error: (408|429|5\d\d)|HTTP (408|429|5\d\d)/,
    /[Cc]onnection (was )?(reset|refused|closed|timed out|aborted)|Broken pipe|unexpected disconnect/,
    /Could not (resolve|connect)|Failed to connect|Operation timed out|Network is unreachable/,
    /early EOF|hung up unexpectedly|RPC failed|Empty reply|Recv failure|GnuTLS recv|SSL_read/,
];
const ANSWERED = /(returned error:|HTTP) 4(?!08|29)\d\d/;
function isAnswered(said) {
    return ANSWERED.test(said);
}
function isTransient(said) {
    return !isAnswered(said) && TRANSIENT.some((pattern) => pattern.test(said));
}
const GRACE_MS = 5500;
function patient(signal) {
    if (!signal)
        return undefined;
    const late = new AbortController();
    const follow = () => setTimeout(() => late.abort(signal.reason), GRACE_MS).unref();
    signal.addEventListener('abort', follow, { once: true });
    return late.signal;
}


/***/ }),

/***/ 5656:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $W: () => (/* binding */ isLeftAlone),
/* harmony export */   Gs: () => (/* binding */ isSaved),
/* harmony export */   _H: () => (/* binding */ readBefore),
/* harmony export */   ns: () => (/* binding */ saveBefore),
/* harmony export */   os: () => (/* binding */ isIgnoredBefore),
/* harmony export */   zc: () => (/* binding */ forgetBefore)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var _control_files_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(2140);
/* harmony import */ var _disk_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(7486);
/* harmony import */ var _file_modes_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(7404);
/* harmony import */ var _replay_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(6692);
/* harmony import */ var _submodules_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(9828);
/* harmony import */ var _target_index_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(383);








async function saveBefore(snapshots, layout, index, signal) {
    const status = ['status', '--porcelain', '-z', '--ignored=matching', '--untracked-files=all'];
    const lines = await snapshots.names([...status, '--ignore-submodules=all', '--no-renames']);
    const listed = await snapshots.names(['ls-files', '-v', '-z', '--stage'], { index: snapshots.path(index) });
    const names = listed.map(_target_index_js__WEBPACK_IMPORTED_MODULE_7__/* .nameOf */ .Vb);
    const links = listed.filter((line) => line.startsWith(_submodules_js__WEBPACK_IMPORTED_MODULE_6__/* .LINK */ .ps, 2)).map(_target_index_js__WEBPACK_IMPORTED_MODULE_7__/* .nameOf */ .Vb);
    const umask = process.umask();
    const before = {
        ignored: lines.filter((line) => line.startsWith('!! ')).map((line) => line.slice(3)),
        absent: listed.filter((line) => line.startsWith('S ')).map(_target_index_js__WEBPACK_IMPORTED_MODULE_7__/* .nameOf */ .Vb),
        submodules: links.filter((path) => (0,_submodules_js__WEBPACK_IMPORTED_MODULE_6__/* .isCheckedOut */ .kU)(layout.topLevel, path)),
        modes: await (0,_file_modes_js__WEBPACK_IMPORTED_MODULE_4__/* .unusualModes */ .Q9)(layout.topLevel, names, umask, await snapshots.looksAtModes(), signal),
        umask,
        control: (0,_control_files_js__WEBPACK_IMPORTED_MODULE_2__/* .saveControlFiles */ .QL)(layout),
        gitDirectory: layout.gitDirectory,
    };
    const next = snapshots.path('before.next');
    await (0,_disk_js__WEBPACK_IMPORTED_MODULE_3__/* .createFile */ .x3)(next, JSON.stringify(before), 0o600);
    await (0,_disk_js__WEBPACK_IMPORTED_MODULE_3__/* .rename */ .$w)(next, snapshots.path('before'));
    return lines.filter((line) => line.startsWith(' A ')).map((line) => line.slice(3));
}
function isSaved(snapshots) {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(snapshots.path('before'));
}
function forgetBefore(snapshots) {
    return (0,_disk_js__WEBPACK_IMPORTED_MODULE_3__/* .remove */ .TF)(snapshots.path('before'));
}
function readBefore(snapshots) {
    (0,_disk_js__WEBPACK_IMPORTED_MODULE_3__/* .refuseSymlink */ .Uf)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(snapshots.path('before')));
    const known = JSON.parse((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(snapshots.path('before'), 'utf8'));
    return { umask: process.umask(), submodules: [], ...known, ignored: new Set(known.ignored) };
}
function isIgnoredBefore(path, { ignored }) {
    if (ignored.has(path))
        return true;
    for (let end = path.indexOf('/'); end >= 0; end = path.indexOf('/', end + 1)) {
        if (ignored.has(path.slice(0, end + 1)))
            return true;
    }
    return false;
}
function isLeftAlone({ path, before }, known) {
    return (0,_replay_js__WEBPACK_IMPORTED_MODULE_5__/* .isAbsent */ .W0)(before) && isIgnoredBefore(path, known);
}


/***/ }),

/***/ 2808:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  ro: () => (/* binding */ CHILD_MARK),
  r9: () => (/* binding */ gitVersion),
  E7: () => (/* binding */ killAll),
  ny: () => (/* binding */ markChildren),
  eF: () => (/* binding */ run)
});

// UNUSED EXPORTS: lineSplitter

;// CONCATENATED MODULE: external "node:child_process"
const external_node_child_process_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:child_process");
// EXTERNAL MODULE: external "node:events"
var external_node_events_ = __nccwpck_require__(8474);
// EXTERNAL MODULE: external "node:stream"
var external_node_stream_ = __nccwpck_require__(7075);
;// CONCATENATED MODULE: ./lib/command.js



const KILL_AFTER_MS = 1500;
const QUIET_MS = 1000;
const LONGEST_LINE = 16_384;
const KEPT_STDERR_LINES = 200;
const CHILD_MARK = 'ATOMIC_TRANSACTION';
const running = new Set();
let mark = {};
function markChildren(privateDirectory) {
    mark = { [CHILD_MARK]: privateDirectory };
}
function killAll() {
    for (const child of running)
        signalGroup(child, 'SIGKILL');
}
function gitVersion() {
    const { stdout } = (0,external_node_child_process_namespaceObject.spawnSync)('git', ['version'], { encoding: 'utf8', timeout: 5000, windowsHide: true });
    return stdout?.trim() || 'no git';
}
function signalGroup(child, signal) {
    if (child.pid === undefined)
        return;
    try {
        if (process.platform === 'win32')
            child.kill(signal);
        else
            process.kill(-child.pid, signal);
    }
    catch {
    }
}
function whenQuiet(child, done) {
    const streams = [child.stdout, child.stderr];
    const wait = () => setTimeout(end, QUIET_MS);
    const end = () => {
        for (const stream of streams)
            stream.destroy();
        done();
    };
    let timer = wait();
    for (const stream of streams) {
        stream.on('data', () => {
            clearTimeout(timer);
            timer = wait();
        });
    }
    child.once('close', () => clearTimeout(timer));
}
function lineSplitter(onLine) {
    let rest = '';
    return {
        write(text) {
            const lines = (rest + text).split(/\r\n|\r(?!$)|\n/);
            rest = lines.pop() ?? '';
            for (const line of lines)
                onLine(line);
            while (rest.length > LONGEST_LINE) {
                onLine(rest.slice(0, LONGEST_LINE));
                rest = rest.slice(LONGEST_LINE);
            }
        },
        end() {
            if (rest !== '')
                onLine(rest.replace(/\r$/, ''));
            rest = '';
        },
    };
}
async function run(file, args, options) {
    options.signal?.throwIfAborted();
    const child = (0,external_node_child_process_namespaceObject.spawn)(file, args, {
        cwd: options.cwd,
        env: { ...options.env, ...mark },
        detached: process.platform !== 'win32',
        windowsHide: true,
        stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    if (!child.stdout)
        throw (await (0,external_node_events_.once)(child, 'error'))[0];
    running.add(child);
    const stdout = [];
    const stderr = [];
    let failure;
    const fail = (error) => {
        failure = error;
        signalGroup(child, 'SIGKILL');
    };
    const take = (data) => {
        if (!options.onData)
            stdout.push(data);
        else if (failure === undefined) {
            try {
                options.onData(data);
            }
            catch (error) {
                fail(error);
            }
        }
    };
    const out = options.onLine ? lineSplitter(options.onLine) : undefined;
    const err = lineSplitter((line) => {
        options.onLine?.(line);
        stderr.push(line);
        if (stderr.length > KEPT_STDERR_LINES)
            stderr.shift();
    });
    if (out)
        child.stdout.setEncoding('utf8').on('data', (text) => out.write(text));
    else
        child.stdout.on('data', take);
    child.stderr.setEncoding('utf8').on('data', (text) => err.write(text));
    child.stdin?.on('error', () => { });
    const { input } = options;
    if (input === undefined || typeof input === 'string' || input instanceof Uint8Array)
        child.stdin?.end(input);
    else
        external_node_stream_.Readable.from(input).on('error', fail).pipe(child.stdin);
    let timedOut = false;
    let killTimer;
    const stop = () => {
        clearTimeout(killTimer);
        signalGroup(child, 'SIGTERM');
        killTimer = setTimeout(() => signalGroup(child, 'SIGKILL'), KILL_AFTER_MS);
    };
    const timeout = options.timeoutMs === undefined
        ? undefined
        : setTimeout(() => {
            timedOut = true;
            stop();
        }, options.timeoutMs);
    options.signal?.addEventListener('abort', stop, { once: true });
    try {
        const [exitCode, killedBy] = await new Promise((resolve, reject) => {
            child.once('error', reject);
            child.once('exit', (code, signal) => {
                signalGroup(child, 'SIGKILL');
                whenQuiet(child, () => resolve([code, signal]));
            });
            child.once('close', (code, signal) => resolve([code, signal]));
        });
        out?.end();
        err.end();
        options.signal?.throwIfAborted();
        if (failure !== undefined)
            throw failure;
        return { exitCode, killedBy, timedOut, stdout: Buffer.concat(stdout), stderr: stderr.join('\n') };
    }
    finally {
        clearTimeout(timeout);
        clearTimeout(killTimer);
        options.signal?.removeEventListener('abort', stop);
        running.delete(child);
    }
}


/***/ }),

/***/ 4468:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   PQ: () => (/* binding */ remakeCommit),
/* harmony export */   SC: () => (/* binding */ commitTree),
/* harmony export */   Wp: () => (/* binding */ MACHINE)
/* harmony export */ });
const MACHINE = {
    name: 'Atomic Publish',
    email: 'atomic-publish@users.noreply.github.com',
};
function commitTree(git, tree, parents, { message, author, date }, signal) {
    const when = `@${date} +0000`;
    const lineage = parents.flatMap((parent) => ['-p', parent]);
    return git.run(['commit-tree', '--no-gpg-sign', ...lineage, '-F', '-', tree], {
        input: message,
        signal,
        env: {
            GIT_AUTHOR_NAME: author.name,
            GIT_AUTHOR_EMAIL: author.email,
            GIT_AUTHOR_DATE: when,
            GIT_COMMITTER_NAME: author.name,
            GIT_COMMITTER_EMAIL: author.email,
            GIT_COMMITTER_DATE: when,
        },
    });
}
async function remakeCommit(git, commit, tree, parent, signal) {
    const { stdout } = await git.try(['cat-file', 'commit', commit], { signal });
    const end = stdout.indexOf('\n\n');
    const headers = stdout
        .subarray(0, end)
        .toString('latin1')
        .split(/\n(?! )/);
    const isKept = (line) => !/^(tree|gpgsig|gpgsig-sha256|mergetag) /.test(line) &&
        (parent === undefined || !line.startsWith('parent '));
    const on = parent === undefined ? [] : [`parent ${parent}`];
    const head = [`tree ${tree}`, ...on, ...headers.filter(isKept)].join('\n');
    const input = Buffer.concat([Buffer.from(head, 'latin1'), stdout.subarray(end)]);
    return git.run(['hash-object', '-t', 'commit', '-w', '--stdin'], { input, signal });
}


/***/ }),

/***/ 2140:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   J4: () => (/* binding */ moveDirectoriesAside),
/* harmony export */   QL: () => (/* binding */ saveControlFiles),
/* harmony export */   ZM: () => (/* binding */ restoreControlFiles),
/* harmony export */   t1: () => (/* binding */ changedControlFiles)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var _disk_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7486);
/* harmony import */ var _nested_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(4128);
/* harmony import */ var _paths_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(1307);





function controlFiles({ gitDirectory, commonDirectory }) {
    const common = ['config', 'info/exclude', 'info/attributes'];
    const own = ['config.worktree', 'info/sparse-checkout'];
    return [
        ...common.map((name) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(commonDirectory, name)),
        ...own.map((name) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(gitDirectory, name)),
    ];
}
const read = (path) => _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(path));
function saveControlFiles(layout) {
    const saved = controlFiles(layout).map((path) => {
        const bytes = read(path);
        if (bytes === undefined)
            return { path, content: null, mode: 0 };
        return { path, content: bytes.toString('base64'), mode: _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .modeOf */ .VV(path) };
    });
    return JSON.stringify(saved);
}
function listChanged(text, layout) {
    const own = new Set(controlFiles(layout));
    return JSON.parse(text)
        .filter(({ path }) => own.has(path))
        .map(({ path, content, mode }) => {
        const before = content === null ? undefined : Buffer.from(content, 'base64');
        return { path, now: read(path), before, mode };
    })
        .filter(({ now, before }) => (before === undefined ? now !== undefined : !now?.equals(before)));
}
const PROOF = /(extraheader\s*=).*/gi;
function changedControlFiles(text, layout) {
    return listChanged(text, layout).flatMap(({ path, now }) => {
        if (now === undefined)
            return [];
        const shown = (0,_paths_js__WEBPACK_IMPORTED_MODULE_4__/* .withoutCredentials */ .ri)(now.toString('latin1')).replace(PROOF, '$1 (left out)');
        return [`# ${Buffer.from(path).toString('latin1')}\n${shown}\n`];
    });
}
async function moveDirectoriesAside(layout, place) {
    const { gitDirectory, commonDirectory, index } = layout;
    const others = [
        (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(gitDirectory, 'HEAD'),
        (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(gitDirectory, 'commondir'),
        (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(commonDirectory, 'packed-refs'),
    ];
    const files = [...controlFiles(layout), index, ...others];
    for (const path of files.filter((one) => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(`${one}/`))) {
        const name = Buffer.from((0,node_path__WEBPACK_IMPORTED_MODULE_1__.relative)(place.root, path)).toString('latin1');
        await (0,_nested_js__WEBPACK_IMPORTED_MODULE_3__/* .moveAside */ .W)(place, name, 'a directory');
    }
}
async function restoreControlFiles(text, layout) {
    for (const { path, before, mode } of listChanged(text, layout)) {
        if (before === undefined) {
            await _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .remove */ .TF(path);
            continue;
        }
        const directory = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(path);
        if (!(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(`${directory}/`)) {
            if (!(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(layout.gitDirectory))
                continue;
            await _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .remove */ .TF(directory);
            await _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .createDirectory */ .c1(directory);
        }
        const lock = `${(0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(directory), (0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(path))}.lock`;
        await _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .replaceFile */ .fR(path, before, lock, mode);
    }
}


/***/ }),

/***/ 7486:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $w: () => (/* binding */ rename),
/* harmony export */   Hj: () => (/* binding */ createScratch),
/* harmony export */   Le: () => (/* binding */ makeWritable),
/* harmony export */   O9: () => (/* binding */ syncFileSystems),
/* harmony export */   TF: () => (/* binding */ remove),
/* harmony export */   Uf: () => (/* binding */ refuseSymlink),
/* harmony export */   VV: () => (/* binding */ modeOf),
/* harmony export */   VX: () => (/* binding */ readRegular),
/* harmony export */   YL: () => (/* binding */ mountsBelow),
/* harmony export */   bt: () => (/* binding */ ignoreMissing),
/* harmony export */   c1: () => (/* binding */ createDirectory),
/* harmony export */   cm: () => (/* binding */ childPath),
/* harmony export */   f4: () => (/* binding */ writeAll),
/* harmony export */   fR: () => (/* binding */ replaceFile),
/* harmony export */   g1: () => (/* binding */ openToRead),
/* harmony export */   iY: () => (/* binding */ setMode),
/* harmony export */   qC: () => (/* binding */ available),
/* harmony export */   wd: () => (/* binding */ isDirectory),
/* harmony export */   x3: () => (/* binding */ createFile),
/* harmony export */   zP: () => (/* binding */ isNearlyFull),
/* harmony export */   zR: () => (/* binding */ syncDirectory)
/* harmony export */ });
/* harmony import */ var node_buffer__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4573);
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(6760);
/* harmony import */ var _command_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(2808);
/* harmony import */ var _effect_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(7322);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(452);
/* harmony import */ var _paths_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(1307);







function ignoreMissing(read) {
    try {
        return read();
    }
    catch (error) {
        if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_5__/* .errorCode */ .CA)(error) === 'ENOENT' || (0,_errors_js__WEBPACK_IMPORTED_MODULE_5__/* .errorCode */ .CA)(error) === 'ENOTDIR')
            return undefined;
        throw error;
    }
}
function isDirectory(path) {
    return ignoreMissing(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.lstatSync)(path))?.isDirectory() ?? false;
}
function openToRead(path) {
    const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = node_fs__WEBPACK_IMPORTED_MODULE_1__.constants;
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.openSync)(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
}
function readRegular(path, largest) {
    const descriptor = openToRead(path);
    try {
        const stats = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.fstatSync)(descriptor);
        return stats.isFile() && stats.size <= largest ? (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readFileSync)(descriptor) : undefined;
    }
    finally {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.closeSync)(descriptor);
    }
}
const anywhere = () => { };
function refuseSymlink(directory) {
    if (!ignoreMissing(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.lstatSync)(directory))?.isSymbolicLink())
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `${(0,_paths_js__WEBPACK_IMPORTED_MODULE_6__/* .quote */ .hD)(directory)} was replaced by a symlink by another process meanwhile`, { next: 'Nothing was written through it. Remove it, and let nothing else write there.' });
}
function writeAll(descriptor, data) {
    let written = 0;
    while (written < data.length) {
        const count = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.writeSync)(descriptor, data, written);
        if (count === 0)
            throw Object.assign(new Error('a write made no progress'), { code: 'ENOSPC' });
        written += count;
    }
}
const createFile = (path, data, mode) => create(path, data, mode, anywhere, node_fs__WEBPACK_IMPORTED_MODULE_1__.fsyncSync);
const createScratch = (path, data, check = anywhere) => create(path, data, undefined, check, () => { });
function create(path, data, mode, check, sync) {
    return (0,_effect_js__WEBPACK_IMPORTED_MODULE_4__/* .effect */ .Q)(`create ${(0,node_path__WEBPACK_IMPORTED_MODULE_2__.basename)(path)}`, () => {
        check();
        refuseSymlink((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(path));
        const descriptor = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.openSync)(path, 'wx', mode);
        try {
            if (typeof data === 'function')
                data((part) => writeAll(descriptor, part));
            else
                writeAll(descriptor, typeof data === 'string' ? Buffer.from(data) : data);
            if (mode !== undefined)
                setMode(descriptor, mode);
            sync(descriptor);
        }
        catch (error) {
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(path, { force: true });
            throw error;
        }
        finally {
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.closeSync)(descriptor);
        }
    });
}
const modeOf = (path) => ignoreMissing(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.statSync)(path).mode & 0o777);
function setMode(descriptor, mode) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.fchmodSync)(descriptor, mode);
    }
    catch {
    }
}
async function replaceFile(path, data, next, mode) {
    await remove(next);
    await createFile(next, data, mode);
    await rename(next, path);
}
function createDirectory(path, mode = 0o777, check = anywhere) {
    return (0,_effect_js__WEBPACK_IMPORTED_MODULE_4__/* .effect */ .Q)(`mkdir ${(0,node_path__WEBPACK_IMPORTED_MODULE_2__.basename)(path)}`, () => {
        check();
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.mkdirSync)(path, { mode });
    });
}
function rename(from, to, check = anywhere) {
    return (0,_effect_js__WEBPACK_IMPORTED_MODULE_4__/* .effect */ .Q)(`rename ${(0,node_path__WEBPACK_IMPORTED_MODULE_2__.basename)(from)}`, () => {
        check();
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.renameSync)(from, to);
    });
}
function makeWritable(directory) {
    const stats = ignoreMissing(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.lstatSync)(directory));
    if (!stats?.isDirectory() || (stats.mode & 0o700) === 0o700)
        return;
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.chmodSync)(directory, (stats.mode & 0o7777) | 0o700);
    }
    catch {
    }
}
function remove(path, check = anywhere) {
    const options = { recursive: true, force: true, maxRetries: process.platform === 'win32' ? 5 : 0 };
    return (0,_effect_js__WEBPACK_IMPORTED_MODULE_4__/* .effect */ .Q)(`remove ${(0,node_path__WEBPACK_IMPORTED_MODULE_2__.basename)(path)}`, async () => {
        check();
        refuseSymlink((0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(path));
        const directory = isDirectory(path) && ignoreMissing(() => node_fs__WEBPACK_IMPORTED_MODULE_1__.realpathSync.native(path, 'buffer'));
        if (directory) {
            const [mount] = mountsBelow(directory.toString());
            if (mount !== undefined)
                throw Object.assign(new Error(`${mount} is a mount point`), { code: 'EBUSY' });
            await removeMuch(directory);
        }
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.rmSync)(path, options);
    });
}
function mountsBelow(directory) {
    const mounts = ignoreMissing(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readFileSync)('/proc/self/mountinfo', 'utf8')) ?? '';
    const unescaped = (_, code) => String.fromCharCode(Number.parseInt(code, 8));
    const places = mounts.split('\n').map((line) => line.split(' ')[4]?.replace(/\\(\d{3})/g, unescaped) ?? '');
    return places.filter((place) => place.startsWith(`${directory}/`));
}
const SIDE_BY_SIDE = 32;
const MANY = 1000;
async function removeMuch(directory) {
    try {
        if (!node_fs__WEBPACK_IMPORTED_MODULE_1__.realpathSync.native(directory, 'buffer').equals(directory))
            return 0;
        makeWritable(directory);
        const items = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readdirSync)(directory, { withFileTypes: true, encoding: 'buffer' });
        let files = 0;
        for (const item of items) {
            const path = Buffer.concat([directory, Buffer.from('/'), item.name]);
            files += item.isDirectory() ? await removeMuch(path) : 1;
        }
        if (files < MANY || process.platform === 'win32' || !(0,node_buffer__WEBPACK_IMPORTED_MODULE_0__.isUtf8)(directory))
            return files;
        const each = Math.ceil(items.length / SIDE_BY_SIDE);
        const args = ['-0', '-P', `${SIDE_BY_SIDE}`, '-n', `${each}`, 'rm', '-rf', '--'];
        const input = Buffer.concat(items.flatMap(({ name }) => [name, Buffer.of(0)]));
        const cwd = directory.toString();
        const there = ['-c', '[ "$(pwd -P)" = "$0" ] && exec "$@"', cwd, 'xargs', ...args];
        await (0,_command_js__WEBPACK_IMPORTED_MODULE_3__/* .run */ .eF)('sh', there, { cwd, env: childPath(), input });
        return 0;
    }
    catch {
        return 0;
    }
}
function syncDirectory(path) {
    return (0,_effect_js__WEBPACK_IMPORTED_MODULE_4__/* .effect */ .Q)(`sync ${(0,node_path__WEBPACK_IMPORTED_MODULE_2__.basename)(path)}`, () => {
        if (process.platform === 'win32')
            return;
        const descriptor = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.openSync)(path, node_fs__WEBPACK_IMPORTED_MODULE_1__.constants.O_RDONLY);
        try {
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.fsyncSync)(descriptor);
        }
        finally {
            (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.closeSync)(descriptor);
        }
    });
}
function syncFileSystems(...paths) {
    return (0,_effect_js__WEBPACK_IMPORTED_MODULE_4__/* .effect */ .Q)(`syncfs ${paths.map((path) => (0,node_path__WEBPACK_IMPORTED_MODULE_2__.basename)(path)).join(' ')}`, async () => {
        if (process.platform !== 'linux')
            return paths.forEach(syncTree);
        const args = ['-f', ...paths];
        const { exitCode, stderr } = await (0,_command_js__WEBPACK_IMPORTED_MODULE_3__/* .run */ .eF)('sync', args, { cwd: '/', env: childPath() }).catch((error) => {
            if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_5__/* .errorCode */ .CA)(error) !== 'ENOENT')
                throw error;
            const next = 'Install it: coreutils and busybox have it.';
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', 'sync is not installed', { next });
        });
        if (exitCode !== 0)
            throw Object.assign(new Error(`sync ${args.join(' ')}: ${stderr}`), { code: 'EIO' });
    });
}
function syncTree(path) {
    if ((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.lstatSync)(path).isSymbolicLink())
        return;
    if ((0,node_fs__WEBPACK_IMPORTED_MODULE_1__.lstatSync)(path).isDirectory())
        for (const name of (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.readdirSync)(path))
            syncTree((0,node_path__WEBPACK_IMPORTED_MODULE_2__.join)(path, name));
    if (process.platform === 'win32' && (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.lstatSync)(path).isDirectory())
        return;
    const descriptor = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.openSync)(path, process.platform === 'win32' ? 'r+' : 'r');
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.fsyncSync)(descriptor);
    }
    finally {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.closeSync)(descriptor);
    }
}
const childPath = () => ({ PATH: process.env['PATH'] ?? '', LC_ALL: 'C' });
function available(path) {
    const { bavail, bsize, files, ffree } = (0,node_fs__WEBPACK_IMPORTED_MODULE_1__.statfsSync)(path);
    return { bytes: bavail * bsize, inodes: files === 0 ? undefined : ffree };
}
function isNearlyFull(path) {
    let there = path;
    while (!(0,node_fs__WEBPACK_IMPORTED_MODULE_1__.existsSync)(there))
        there = (0,node_path__WEBPACK_IMPORTED_MODULE_2__.dirname)(there);
    const { bytes, inodes } = available(there);
    return bytes < 1024 * 1024 || (inodes !== undefined && inodes < 16);
}


/***/ }),

/***/ 7322:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ effect)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);

const fuse = process.env['ATOMIC_FUSE'];
const signal = process.env['ATOMIC_FUSE_SIGNAL'] ?? 'SIGKILL';
const log = process.env['ATOMIC_FUSE_LOG'];
let points = 0;
function point(name) {
    points += 1;
    if (log)
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.appendFileSync)(log, `${points} ${name}\n`);
    if (fuse === String(points) || fuse === name)
        process.kill(process.pid, signal);
}
async function effect(name, perform) {
    point(`before ${name}`);
    const result = await perform();
    point(`after ${name}`);
    return result;
}


/***/ }),

/***/ 452:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Bv: () => (/* binding */ asTransactionError),
/* harmony export */   CA: () => (/* binding */ errorCode),
/* harmony export */   Jn: () => (/* binding */ TransactionError),
/* harmony export */   PN: () => (/* binding */ REPORT_IT),
/* harmony export */   YV: () => (/* binding */ isNoSpace),
/* harmony export */   ai: () => (/* binding */ EXIT_CODES)
/* harmony export */ });
/* harmony import */ var node_os__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8161);
/* harmony import */ var _links_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1058);


const EXIT_CODES = {
    COMMITTED: 0,
    OUTPUT_NOT_WRITABLE: 61,
    INSUFFICIENT_DISK_SPACE: 62,
    CONSISTENCY_VALIDATION_FAILED: 63,
    MESSAGE_VALIDATION_FAILED: 64,
    ATOMIC_COMMIT_FAILED: 65,
    ROLLBACK_FAILED: 66,
};
const NEXT = {
    OUTPUT_NOT_WRITABLE: 'Let the target be one that this user can replace, and run again.',
    INSUFFICIENT_DISK_SPACE: 'Free space or inodes on that file system and run again.',
    CONSISTENCY_VALIDATION_FAILED: 'Mend what the gate found, and run again.',
    MESSAGE_VALIDATION_FAILED: 'Mend what the gate found, and run again.',
    ATOMIC_COMMIT_FAILED: 'Mend what is said to have failed, and run again.',
    ROLLBACK_FAILED: 'Run mode recover. See docs/recovery.md.',
};
class TransactionError extends Error {
    code;
    next;
    tail;
    bug;
    constructor(code, message, options = {}) {
        super(message, { cause: options.cause });
        this.name = code;
        this.code = code;
        this.next = options.next;
        this.tail = options.tail ?? [];
        this.bug = options.bug;
    }
    get remedy() {
        return (0,_links_js__WEBPACK_IMPORTED_MODULE_1__/* .withPages */ .hF)(this.next ?? NEXT[this.code]);
    }
}
const REPORT_IT = 'Please report it with the stack trace and the versions in the log.';
const NOT_WRITABLE = new Set(['EROFS', 'EACCES', 'EPERM', 'EXDEV', 'EBUSY', 'EINVAL', 'ENOSYS', 'ENOTDIR']);
const NO_SPACE = new Set(['ENOSPC', 'EDQUOT']);
const EDQUOT = -node_os__WEBPACK_IMPORTED_MODULE_0__.constants.errno.EDQUOT;
const SQLITE_FULL = 13;
function errorCode(error) {
    return error?.code;
}
function isNoSpace(error) {
    const { code, errno, errcode, message } = (error ?? {});
    return (NO_SPACE.has(code ?? '') ||
        errno === EDQUOT ||
        (errcode !== undefined && (errcode & 0xff) === SQLITE_FULL) ||
        /No space left on device|Out of diskspace|Disk quota exceeded/.test(message ?? ''));
}
function isBug(error) {
    if (!(error instanceof Error) || error.name === 'AbortError')
        return false;
    return !('errno' in error) && !('errcode' in error) && !/^E[A-Z0-9]+$/.test(errorCode(error) ?? '');
}
function asTransactionError(error, doing, where) {
    if (error instanceof TransactionError)
        return error;
    const message = `${doing}: ${error instanceof Error ? error.message : String(error)}`;
    if (isNoSpace(error)) {
        return new TransactionError('INSUFFICIENT_DISK_SPACE', message, { cause: error });
    }
    if (where === 'target' && NOT_WRITABLE.has(errorCode(error) ?? '')) {
        return new TransactionError('OUTPUT_NOT_WRITABLE', message, {
            cause: error,
            next: 'The directory that holds the target must be writable for this user and on one mount with the target.',
        });
    }
    if (!isBug(error))
        return new TransactionError('ATOMIC_COMMIT_FAILED', message, { cause: error });
    return new TransactionError('ATOMIC_COMMIT_FAILED', message, {
        cause: error,
        bug: error,
        next: `This is a bug in Atomic Publish. ${REPORT_IT}`,
    });
}


/***/ }),

/***/ 7404:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Q9: () => (/* binding */ unusualModes),
/* harmony export */   XM: () => (/* binding */ pathOf),
/* harmony export */   b6: () => (/* binding */ textOf),
/* harmony export */   e9: () => (/* binding */ isFileAt),
/* harmony export */   hL: () => (/* binding */ restoreModes),
/* harmony export */   iu: () => (/* binding */ openDirectories),
/* harmony export */   kP: () => (/* binding */ insideOf),
/* harmony export */   nM: () => (/* binding */ removeFile)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var _disk_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7486);
/* harmony import */ var _effect_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(7322);
/* harmony import */ var _turns_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(8403);





function pathOf(root, name) {
    return Buffer.concat([Buffer.from(`${root}/`), Buffer.from(name, 'latin1')]);
}
function textOf(name) {
    return Buffer.from(name, 'latin1').toString();
}
function insideOf(root) {
    const known = new Map();
    const top = node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync.native(root, 'buffer');
    return (name) => {
        const parent = node_path__WEBPACK_IMPORTED_MODULE_1__.posix.dirname(name);
        const seen = known.get(parent);
        if (seen !== undefined)
            return seen;
        const wanted = parent === '.' ? top : Buffer.concat([top, Buffer.from(`/${parent}`, 'latin1')]);
        const actual = _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .ignoreMissing */ .bt(() => node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync.native(pathOf(root, parent), 'buffer'));
        const isThere = actual?.equals(wanted) ?? false;
        known.set(parent, isThere);
        return isThere;
    };
}
function isFileAt(root, name) {
    if (!insideOf(root)(name))
        return false;
    return _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)(pathOf(root, name)))?.isDirectory() === false;
}
function removeFile(root, name) {
    if (!isFileAt(root, name))
        return;
    (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.rmSync)(pathOf(root, name), { force: true });
    for (let parent = node_path__WEBPACK_IMPORTED_MODULE_1__.posix.dirname(name); parent !== '.'; parent = node_path__WEBPACK_IMPORTED_MODULE_1__.posix.dirname(parent)) {
        try {
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.rmdirSync)(pathOf(root, parent));
        }
        catch {
            return;
        }
    }
}
function directoriesOf(names) {
    const found = new Set();
    const add = (directory) => {
        if (found.has(directory))
            return;
        if (directory !== '.')
            add(node_path__WEBPACK_IMPORTED_MODULE_1__.posix.dirname(directory));
        found.add(directory);
    };
    for (const name of names)
        add(node_path__WEBPACK_IMPORTED_MODULE_1__.posix.dirname(name));
    return [...found];
}
function openDirectories(root, names) {
    const isInside = insideOf(root);
    for (const name of directoriesOf(names))
        if (isInside(name))
            _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .makeWritable */ .Le(pathOf(root, name));
}
function modesOf(path, umask) {
    const stats = _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)(path));
    if (!stats?.isFile() && !stats?.isDirectory())
        return undefined;
    const isPlain = stats.isFile() && (stats.mode & 0o100) === 0;
    return { mode: stats.mode & 0o7777, usual: (isPlain ? 0o666 : 0o777) & ~umask };
}
async function unusualModes(root, names, umask, looksAtModes, signal) {
    const unusual = [];
    await (0,_turns_js__WEBPACK_IMPORTED_MODULE_4__/* .inTurns */ .g)([...names, ...directoriesOf(names)], signal, (name) => {
        const modes = modesOf(pathOf(root, name), umask);
        if (modes && (!looksAtModes || modes.mode !== modes.usual))
            unusual.push([name, modes.mode]);
    });
    return unusual;
}
async function restoreModes(root, names, umask, unusual) {
    const known = new Map(unusual);
    const wrong = [];
    await (0,_turns_js__WEBPACK_IMPORTED_MODULE_4__/* .inTurns */ .g)([...names, ...directoriesOf(names).reverse()], undefined, (name) => {
        const modes = modesOf(pathOf(root, name), umask);
        const wanted = known.get(name) ?? modes?.usual;
        if (modes && wanted !== undefined && modes.mode !== wanted)
            wrong.push([name, wanted]);
    });
    if (wrong.length === 0)
        return;
    await (0,_effect_js__WEBPACK_IMPORTED_MODULE_3__/* .effect */ .Q)('chmod', () => {
        const isInside = insideOf(root);
        for (const [name, mode] of wrong) {
            const path = pathOf(root, name);
            if (isInside(name) && modesOf(path, umask))
                (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.chmodSync)(path, mode);
        }
    });
}


/***/ }),

/***/ 1437:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   U: () => (/* binding */ inertText)
/* harmony export */ });
/* unused harmony export inert */
const INVISIBLE = '\u200b';
function inert(line) {
    return line
        .replace(/^([^\p{L}\p{N}\p{P}\p{S}]*):(?=:)/u, `$1:${INVISIBLE}`)
        .replace(/#(?=#\[)/g, `#${INVISIBLE}`);
}
function inertText(text) {
    return text
        .split(/\r\n|\r|\n/)
        .map(inert)
        .join('\n');
}


/***/ }),

/***/ 9151:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ gitError),
/* harmony export */   T: () => (/* binding */ Git)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var _command_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(2808);
/* harmony import */ var _disk_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(7486);
/* harmony import */ var _effect_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(7322);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(452);






const PASSED_ON = [
    ...['PATH', 'HOME', 'USER', 'LOGNAME', 'TMPDIR', 'XDG_CONFIG_HOME', 'SSH_AUTH_SOCK', 'SSL_CERT_FILE'],
    ...['SSL_CERT_DIR', 'http_proxy', 'https_proxy', 'no_proxy', 'all_proxy', 'HTTPS_PROXY', 'NO_PROXY'],
    ...['ALL_PROXY', 'SystemRoot', 'SystemDrive', 'ComSpec', 'PATHEXT', 'TEMP', 'TMP', 'USERPROFILE'],
    ...[
        'GIT_LFS_SKIP_SMUDGE',
        'APPDATA',
        'LOCALAPPDATA',
        'ProgramData',
        'ProgramFiles',
        'HOMEDRIVE',
        'HOMEPATH',
    ],
];
const SETTINGS = [
    ['core.hooksPath', '/dev/null'],
    ['core.fsmonitor', 'false'],
    ['core.editor', ':'],
    ['core.pager', 'cat'],
    ['core.quotePath', 'false'],
    ['core.safecrlf', 'false'],
    ['core.splitIndex', 'false'],
    ['core.sparseCheckout', 'false'],
    ['core.checkStat', 'default'],
    ['core.ignoreStat', 'false'],
    ['core.trustctime', 'true'],
    ['core.alternateRefsCommand', ''],
    ['credential.helper', ''],
    ['commit.gpgSign', 'false'],
    ['push.gpgSign', 'false'],
    ['push.followTags', 'false'],
    ['push.recurseSubmodules', 'no'],
    ['fetch.recurseSubmodules', 'false'],
    ['submodule.recurse', 'false'],
    ['i18n.commitEncoding', 'UTF-8'],
    ['core.fsync', 'reference'],
    ['fetch.unpackLimit', '1'],
    ['gc.auto', '0'],
    ['maintenance.auto', '0'],
    ['lfs.skipDownloadErrors', 'true'],
    ['safe.directory', '*'],
];
const READ = ['core.sharedRepository', 'lfs.storage'];
const OF_THE_REPOSITORY = new Set(['update-ref', 'symbolic-ref', 'fetch', 'push', 'lfs']);
const PARTIAL = 'extensions\\.partialclone|remote\\..*\\.promisor';
const commandOf = (args) => args.find((arg, at) => !arg.startsWith('-') && args[at - 1] !== '-c');
class Git {
    directory;
    #env;
    #header;
    #same;
    #apart = () => undefined;
    #settings;
    #ignoresCase;
    constructor(directory, credentials, more = []) {
        this.directory = directory;
        const settings = [...SETTINGS, ...more];
        if (credentials?.token) {
            const key = `http.${credentials.serverUrl}/.extraheader`;
            const basic = Buffer.from(`x-access-token:${credentials.token}`).toString('base64');
            this.#header = { origin: credentials.serverUrl, value: `AUTHORIZATION: basic ${basic}` };
            settings.push([key, ''], [key, this.#header.value]);
            settings.push([`http.${credentials.serverUrl}/.followRedirects`, 'false']);
        }
        this.#env = {
            ...Object.fromEntries(PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []))),
            LC_ALL: 'C',
            TZ: 'UTC',
            GIT_TERMINAL_PROMPT: '0',
            GIT_OPTIONAL_LOCKS: '0',
            GIT_NO_REPLACE_OBJECTS: '1',
            GIT_CONFIG_COUNT: String(settings.length),
            ...Object.fromEntries(settings.map(([key], index) => [`GIT_CONFIG_KEY_${index}`, key])),
            ...Object.fromEntries(settings.map(([, value], index) => [`GIT_CONFIG_VALUE_${index}`, value])),
        };
    }
    at(directory) {
        const other = new Git(directory);
        other.#env = this.#env;
        other.#header = this.#header;
        other.#apart = this.#apart;
        return other;
    }
    to(url) {
        const other = this.at(this.directory);
        if (!this.#header || !url.startsWith(`${this.#header.origin}/`))
            return other;
        const count = Number(this.#env['GIT_CONFIG_COUNT']);
        other.#env = {
            ...this.#env,
            GIT_CONFIG_COUNT: String(count + 1),
            [`GIT_CONFIG_KEY_${count}`]: `http.${url.replace(/(\.git)?\/?$/, '.git')}/info/lfs.extraheader`,
            [`GIT_CONFIG_VALUE_${count}`]: this.#header.value,
        };
        return other;
    }
    withObjectsIn(apart, commonDirectory) {
        const other = this.at(this.directory);
        const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(commonDirectory, 'objects').replace(/["\\\u0000-\u001f]/g, (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, '0')}`);
        const alternate = `"${path}"`;
        other.#apart = () => {
            const directory = apart();
            if (directory === undefined)
                return undefined;
            return { GIT_OBJECT_DIRECTORY: directory, GIT_ALTERNATE_OBJECT_DIRECTORIES: alternate };
        };
        other.#same = this;
        return other;
    }
    async setting(name) {
        const line = (await this.#read()).findLast((one) => one.split('\n', 1)[0] === name.toLowerCase());
        return line?.slice(name.length + 1);
    }
    #read() {
        if (this.#same)
            return this.#same.#read();
        const keys = READ.map((key) => key.toLowerCase().replaceAll('.', '\\.')).join('|');
        const list = ['config', '-z', '--get-regexp', `^(${keys}|${PARTIAL})$`];
        this.#settings ??= this.try(list).then(({ stdout }) => stdout.toString().split('\0'));
        return this.#settings;
    }
    async writeTree(options) {
        return this.run(['write-tree', ...((await this.isPartial()) ? ['--missing-ok'] : [])], options);
    }
    async isPartial() {
        return (await this.#read()).some((line) => new RegExp(`^(${PARTIAL})(\n|$)`).test(line));
    }
    ignoresCase() {
        if (this.#same)
            return this.#same.ignoresCase();
        const ask = ['config', '--type=bool', 'core.ignoreCase'];
        this.#ignoresCase ??= this.try(ask).then(({ stdout }) => stdout.toString().trim() === 'true');
        return this.#ignoresCase;
    }
    async isAncestor(one, other) {
        const args = ['merge-base', '--is-ancestor', one, other];
        const result = await this.try(args);
        if (result.exitCode === 0 || result.exitCode === 1)
            return result.exitCode === 0;
        throw gitError(args, result);
    }
    async try(args, options = {}) {
        const command = commandOf(args);
        const apart = OF_THE_REPOSITORY.has(command) ? undefined : this.#apart();
        const env = { ...this.#env, ...apart, ...options.env };
        if (options.index)
            env['GIT_INDEX_FILE'] = options.index;
        if (options.workTree)
            env['GIT_WORK_TREE'] = options.workTree;
        const start = () => {
            if (options.index)
                for (const path of [(0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(options.index), options.index])
                    (0,_disk_js__WEBPACK_IMPORTED_MODULE_3__/* .refuseSymlink */ .Uf)(path);
            return (0,_command_js__WEBPACK_IMPORTED_MODULE_2__/* .run */ .eF)('git', args, {
                cwd: this.directory,
                env,
                signal: options.signal,
                onData: options.onData,
                input: options.input,
            });
        };
        try {
            return await (0,_effect_js__WEBPACK_IMPORTED_MODULE_4__/* .effect */ .Q)(`git ${command}`, start);
        }
        catch (error) {
            if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_5__/* .errorCode */ .CA)(error) !== 'ENOENT' || !(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(this.directory))
                throw error;
            const next = 'Install it, or set commit to false.';
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', 'git is not installed', { cause: error, next });
        }
    }
    async run(args, options = {}) {
        const result = await this.try(args, options);
        if (result.exitCode === 0)
            return result.stdout.toString(options.encoding).replace(/\n$/, '');
        const error = gitError(args, result);
        if (error.code === 'INSUFFICIENT_DISK_SPACE' || !(0,_disk_js__WEBPACK_IMPORTED_MODULE_3__/* .isNearlyFull */ .zP)(this.directory))
            throw error;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .TransactionError */ .Jn('INSUFFICIENT_DISK_SPACE', error.message, { tail: error.tail });
    }
    async names(args, options = {}) {
        return (await this.run(args, options)).split('\0').filter(Boolean);
    }
}
const NO_TOKEN = /could not read (Username|Password)/;
const GIVE_TOKEN = 'No token went along: input token is empty, or the remote is on another server than the run, to which it is not sent.';
function gitError(args, result) {
    const how = result.killedBy ? `was ended by ${result.killedBy}` : `ended with ${result.exitCode}`;
    const said = result.stderr.trim();
    const error = new Error(`git ${args[0]} ${how}${said ? `: ${said}` : ''}`);
    const code = (0,_errors_js__WEBPACK_IMPORTED_MODULE_5__/* .isNoSpace */ .YV)(error) ? 'INSUFFICIENT_DISK_SPACE' : 'ATOMIC_COMMIT_FAILED';
    const tail = said ? said.split('\n').slice(-20) : [];
    return new _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .TransactionError */ .Jn(code, error.message, {
        tail,
        next: NO_TOKEN.test(said) ? GIVE_TOKEN : undefined,
    });
}


/***/ }),

/***/ 1564:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ GitHub)
/* harmony export */ });
/* harmony import */ var _backoff_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7119);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(452);
/* harmony import */ var _http_client_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(9023);



const TIMEOUT_MS = 30_000;
const LONGEST_LIMIT_MS = 120_000;
const SECONDARY_LIMIT_MS = 60_000;
class GitHub {
    #place;
    #patience;
    #octokit;
    constructor(place, patience) {
        this.#place = place;
        this.#patience = patience;
    }
    get #names() {
        const [owner = '', repo = ''] = this.#place.repository.split('/');
        return { owner, repo };
    }
    async createCommit(commit) {
        const answer = await this.#request('make a signed commit', (octokit, request) => octokit.request('POST /repos/{owner}/{repo}/git/commits', { ...this.#names, ...commit, request }));
        if (answer.data.verification?.verified !== true) {
            const reason = answer.data.verification?.reason ?? 'unknown';
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `GitHub made the commit and did not sign it (${reason})`, {
                next: 'GitHub signs for the job token and for app tokens, not for personal ones. Or set sign to none.',
            });
        }
        return answer.data.sha;
    }
    async fastForward(branch, sha) {
        const ref = branch.replace(/^refs\//, '');
        const move = (octokit, request) => octokit.request('PATCH /repos/{owner}/{repo}/git/refs/{ref}', {
            ...this.#names,
            ref,
            sha,
            force: false,
            request,
        });
        try {
            await this.#request(`move ${ref}`, move, isAnswer);
            return {};
        }
        catch (error) {
            if (!(error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .TransactionError */ .Jn))
                throw error;
            const failure = error.cause;
            return isAnswer(failure) ? { error, why: failure.message } : { error };
        }
    }
    async checkRuns(sha, name) {
        const doing = `read the check ${name}`;
        const runs = [];
        for (let page = 1;; page += 1) {
            const { data } = await this.#request(doing, (octokit, request) => octokit.request('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', {
                ...this.#names,
                ref: sha,
                check_name: name,
                filter: 'latest',
                per_page: 100,
                page,
                request,
            }));
            runs.push(...data.check_runs);
            if (runs.length >= data.total_count)
                return runs;
            if (data.check_runs.length > 0)
                continue;
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `GitHub did not ${doing}: it lists ${runs.length} of ${data.total_count} runs`, { next: 'Run again.' });
        }
    }
    async setStatus(sha, status) {
        await this.#request('set the commit status', (octokit, request) => octokit.request('POST /repos/{owner}/{repo}/statuses/{sha}', {
            ...this.#names,
            sha,
            ...status,
            request,
        }));
    }
    async #request(doing, perform, mayRepeat = () => true) {
        const { signal } = this.#patience;
        this.#octokit ??= await connect(this.#place);
        for (let attempt = 1;; attempt += 1) {
            signal?.throwIfAborted();
            const timeout = AbortSignal.timeout(TIMEOUT_MS);
            try {
                const answer = await perform(this.#octokit, {
                    signal: signal ? AbortSignal.any([signal, timeout]) : timeout,
                });
                if (typeof answer.data !== 'string')
                    return answer;
                throw Object.assign(new Error('the answer is not JSON'), { status: answer.status });
            }
            catch (error) {
                signal?.throwIfAborted();
                const failure = asRequestError(error, timeout);
                const said = `GitHub did not ${doing}: ${describe(failure)}`;
                const isLast = attempt >= _backoff_js__WEBPACK_IMPORTED_MODULE_0__/* .CONNECTION_ATTEMPTS */ .W6 || !mayRepeat(failure);
                const waitMs = isLast ? undefined : waitFor(failure);
                if (waitMs === undefined) {
                    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', said, {
                        cause: failure,
                        next: nextFor(failure),
                    });
                }
                await (0,_backoff_js__WEBPACK_IMPORTED_MODULE_0__/* .backOff */ .fu)(attempt, `${said}.`, this.#patience, waitMs);
            }
        }
    }
}
async function connect({ apiUrl, token }) {
    await (0,_http_client_js__WEBPACK_IMPORTED_MODULE_2__/* .loadHttpClient */ .w)();
    const { getOctokit } = await Promise.all(/* import() */[__nccwpck_require__.e(752), __nccwpck_require__.e(413)]).then(__nccwpck_require__.bind(__nccwpck_require__, 2413));
    const silent = () => { };
    const log = { debug: silent, info: silent, warn: silent, error: silent };
    return getOctokit(token, { baseUrl: apiUrl, log });
}
function asRequestError(error, timeout) {
    if (timeout.aborted)
        return new Error(`no answer within ${TIMEOUT_MS} ms`);
    const failure = error;
    if (typeof failure.status !== 'number')
        throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .asTransactionError */ .Bv)(error, 'a call of GitHub failed');
    return failure;
}
const isAnswer = ({ status, response }) => response !== undefined && status !== undefined && status < 500 && status !== 408;
function describe({ status, response, message }) {
    if (response === undefined)
        return `the connection failed (${message})`;
    return typeof response.data === 'string' ? `${status}` : `${status} ${message}`;
}
function waitFor({ status, response, message }) {
    if (response === undefined || (status ?? 0) >= 500 || status === 408)
        return 0;
    if (status !== 429 && status !== 403)
        return undefined;
    const headers = response.headers;
    const after = headers['retry-after'];
    let waitMs;
    if (after !== undefined)
        waitMs = Number(after) * 1000;
    else if (String(headers['x-ratelimit-remaining']) === '0')
        waitMs = Math.max(0, Number(headers['x-ratelimit-reset']) * 1000 - Date.now());
    else if (status === 429 || /secondary rate limit/i.test(message))
        waitMs = SECONDARY_LIMIT_MS;
    return waitMs !== undefined && waitMs <= LONGEST_LIMIT_MS ? waitMs : undefined;
}
function nextFor({ status, response }) {
    if (response === undefined || (status ?? 0) >= 500)
        return 'See https://www.githubstatus.com and run again.';
    if (status === 401)
        return 'Give token a token that is valid.';
    if (status === 403 || status === 429)
        return 'See the permissions the job needs in docs/publishing.md, or wait for the rate limit.';
    if (status === 404)
        return 'Check that the token may see this repository: GitHub says 404 where it may not.';
    return 'See docs/publishing.md.';
}


/***/ }),

/***/ 8904:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ unmatchedGlobs),
/* harmony export */   f: () => (/* binding */ globMatcher)
/* harmony export */ });
/* harmony import */ var picomatch__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(4006);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(452);
/* harmony import */ var _paths_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(1307);
/* harmony import */ var _report_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(5055);




function globMatcher(globs) {
    const whole = (glob) => [glob, `${glob.replace(/\/+$/, '')}/**`];
    const ignore = globs.filter((glob) => glob.startsWith('!')).flatMap((glob) => whole(glob.slice(1)));
    const named = globs.filter((glob) => !glob.startsWith('!')).flatMap(whole);
    try {
        return named.length === 0 ? () => false : picomatch__WEBPACK_IMPORTED_MODULE_3__(named, { dot: true, ignore });
    }
    catch (error) {
        const message = `the globs ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_1__/* .shortQuote */ .tt)(globs.join(' '))} cannot be read: ${(0,_report_js__WEBPACK_IMPORTED_MODULE_2__/* .oneLine */ .TN)(error.message)}`;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', message, { cause: error });
    }
}
function unmatchedGlobs(globs, paths) {
    return globs.filter((glob) => !glob.startsWith('!') && !paths.some(globMatcher([glob])));
}


/***/ }),

/***/ 5005:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $B: () => (/* binding */ leaveUnfinished),
/* harmony export */   D2: () => (/* binding */ mendHead),
/* harmony export */   DI: () => (/* binding */ DETACHED),
/* harmony export */   Z3: () => (/* binding */ returnBranch),
/* harmony export */   dJ: () => (/* binding */ findUnfinished),
/* harmony export */   i1: () => (/* binding */ returnToBranch)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var _disk_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7486);
/* harmony import */ var _layout_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(9449);




const UNFINISHED = [
    ...['MERGE_HEAD', 'MERGE_MODE', 'MERGE_MSG', 'MERGE_RR', 'AUTO_MERGE', 'SQUASH_MSG', 'CHERRY_PICK_HEAD'],
    ...[
        'MERGE_AUTOSTASH',
        'REVERT_HEAD',
        'REBASE_HEAD',
        'BISECT_LOG',
        'BISECT_START',
        'sequencer',
        'rebase-merge',
        'rebase-apply',
    ],
];
function findUnfinished({ gitDirectory }) {
    return UNFINISHED.find((name) => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(gitDirectory, name)));
}
const AUTOSTASHES = ['MERGE_AUTOSTASH', 'rebase-merge/autostash', 'rebase-apply/autostash'];
async function leaveUnfinished(git, { gitDirectory }) {
    for (const name of AUTOSTASHES) {
        const noted = _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(gitDirectory, name), 'utf8'));
        const stash = noted && (await (0,_layout_js__WEBPACK_IMPORTED_MODULE_3__/* .commitAt */ .du)(git, noted.trim()));
        if (stash)
            await git.run(['update-ref', '--create-reflog', '-m', 'autostash', 'refs/stash', stash]);
    }
    for (const name of UNFINISHED) {
        const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(gitDirectory, name);
        if ((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(path))
            await _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .remove */ .TF(path);
    }
}
const DETACHED = 'HEAD';
async function returnToBranch(git, { branch, commit }, why, signal) {
    const current = (await (0,_layout_js__WEBPACK_IMPORTED_MODULE_3__/* .readCurrentBranch */ .IE)(git)) ?? DETACHED;
    if (current === branch)
        return;
    const to = branch === DETACHED ? ['update-ref', '--no-deref'] : ['symbolic-ref'];
    await git.run([...to, '-m', why, 'HEAD', branch === DETACHED ? commit : branch], { signal });
}
async function returnBranch(git, { branch, commit }, why, aside) {
    const now = await (0,_layout_js__WEBPACK_IMPORTED_MODULE_3__/* .commitAt */ .du)(git, branch);
    if (now === '')
        await makeWay(git, branch, aside);
    const isOther = (await git.try(['symbolic-ref', '--quiet', branch])).exitCode === 0;
    if (now !== commit || isOther) {
        const move = ['update-ref', '--no-deref', '-m', why, branch, commit];
        await git.run([...move, ...(now ? [now] : [])]);
    }
    return (await git.run(['for-each-ref', '--format=%(refname)', `${aside}*`])).split('\n').filter(Boolean);
}
async function makeWay(git, branch, aside) {
    const list = ['for-each-ref', '--format=%(objectname) %(refname)', 'refs/heads'];
    const lines = (await git.run(list, { encoding: 'latin1' })).split('\n');
    const name = Buffer.from(branch).toString('latin1');
    const moves = lines.flatMap((line) => {
        const [id, ref = ''] = line.split(' ');
        if (!ref.startsWith(`${name}/`) && !name.startsWith(`${ref}/`))
            return [];
        const kept = aside + ref.slice('refs/heads/'.length).replace(/[%/]/g, encodeURIComponent);
        return [`update ${kept}\0${id}\0\0option no-deref\0delete ${ref}\0${id}\0`];
    });
    if (moves.length === 0)
        return;
    await git.run(['update-ref', '--stdin', '-z'], { input: Buffer.from(moves.join(''), 'latin1') });
}
async function mendHead({ gitDirectory }, { branch, commit }) {
    const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(gitDirectory, 'HEAD');
    const text = _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(path, 'utf8')) ?? '';
    if (/^(ref: refs\/|[0-9a-f]{40})/.test(text))
        return;
    await _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .replaceFile */ .fR(path, `${branch === DETACHED ? commit : `ref: ${branch}`}\n`, `${path}.lock`);
}


/***/ }),

/***/ 9023:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Q: () => (/* binding */ HttpClient),
/* harmony export */   w: () => (/* binding */ loadHttpClient)
/* harmony export */ });
let HttpClient;
async function loadHttpClient() {
    ({ HttpClient } = await Promise.all(/* import() */[__nccwpck_require__.e(752), __nccwpck_require__.e(942)]).then(__nccwpck_require__.bind(__nccwpck_require__, 4942)));
}


/***/ }),

/***/ 4974:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   $2: () => (/* binding */ readEntries),
/* harmony export */   AN: () => (/* binding */ COUNT_AT),
/* harmony export */   An: () => (/* binding */ rootTreeOf),
/* harmony export */   D3: () => (/* binding */ VERSION_AT),
/* harmony export */   E4: () => (/* binding */ versionOf),
/* harmony export */   LM: () => (/* binding */ STAT_BYTES),
/* harmony export */   Oo: () => (/* binding */ visitEntries),
/* harmony export */   QG: () => (/* binding */ idBytesOf),
/* harmony export */   Qp: () => (/* binding */ walkIndex),
/* harmony export */   U0: () => (/* binding */ TREES),
/* harmony export */   Yw: () => (/* binding */ MODE_AT),
/* harmony export */   ZC: () => (/* binding */ nameIn),
/* harmony export */   ZF: () => (/* binding */ hasMarks),
/* harmony export */   ii: () => (/* binding */ isAt),
/* harmony export */   jC: () => (/* binding */ padded),
/* harmony export */   pi: () => (/* binding */ LENGTH),
/* harmony export */   q2: () => (/* binding */ HEADER_BYTES)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var _disk_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7486);


const HEADER_BYTES = 12;
const VERSION_AT = 4;
const COUNT_AT = 8;
const STAT_BYTES = 40;
const MODE_AT = 24;
const LENGTH = 0xfff;
const EXTENDED = 0x4000;
const ASSUME_VALID = 0x8000;
const SKIP_WORKTREE = 0x4000;
const INTENT_TO_ADD = 0x2000;
const INCOMPLETE = ['link', 'sdir'];
const TREES = 'TREE';
const [SLASH, MINUS] = [0x2f, 0x2d];
function versionOf(index) {
    if (index.length < HEADER_BYTES)
        return undefined;
    const version = index.readUInt32BE(VERSION_AT);
    return version >= 2 && version <= 4 ? version : undefined;
}
const idBytesOf = (format) => (format === 'sha1' ? 20 : 32);
function walkIndex(index, format, see) {
    const version = versionOf(index);
    if (version === undefined)
        throw new RangeError('an index of an unknown version');
    const flagsIn = STAT_BYTES + idBytesOf(format);
    let wholeName = version === 4 ? index.subarray(0, 0) : undefined;
    let at = HEADER_BYTES;
    for (let left = index.readUInt32BE(COUNT_AT); left > 0; left -= 1) {
        const flags = index.readUInt16BE(at + flagsIn);
        const isExtended = (flags & EXTENDED) !== 0;
        const extendedFlags = isExtended ? index.readUInt16BE(at + flagsIn + 2) : 0;
        const nameAt = at + flagsIn + (isExtended ? 4 : 2);
        const length = flags & LENGTH;
        let nameEnd = nameAt + length;
        let next = at + padded(nameEnd - at);
        if (wholeName || length === LENGTH) {
            const { dropped, start } = wholeName ? readDropped(index, nameAt) : { dropped: 0, start: nameAt };
            nameEnd = index.indexOf(0, start);
            next = wholeName ? nameEnd + 1 : at + padded(nameEnd - at);
            wholeName &&= Buffer.concat([
                wholeName.subarray(0, wholeName.length - dropped),
                index.subarray(start, nameEnd),
            ]);
        }
        if (nameEnd < nameAt || next > index.length)
            throw new RangeError('an index that ends in a name');
        see({ at, nameAt, nameEnd, next, flags, extendedFlags, wholeName });
        at = next;
    }
    return at;
}
const nameIn = (index, { nameAt, nameEnd, wholeName }) => wholeName ?? index.subarray(nameAt, nameEnd);
const padded = (bytes) => Math.floor(bytes / 8 + 1) * 8;
function readDropped(index, at) {
    let start = at;
    let byte = index.readUInt8(start++);
    let dropped = byte & 0x7f;
    while (byte & 0x80) {
        byte = index.readUInt8(start++);
        dropped = (dropped + 1) * 128 + (byte & 0x7f);
    }
    return { dropped, start };
}
function readEntries(file, format, path, mode) {
    const index = (0,_disk_js__WEBPACK_IMPORTED_MODULE_1__/* .ignoreMissing */ .bt)(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(file));
    if (index === undefined)
        return [];
    const own = path === undefined ? undefined : Buffer.from(path);
    const only = mode === undefined ? undefined : Number.parseInt(mode, 8);
    const lines = [];
    const extensions = visitEntries(index, format, (entry) => {
        if (own !== undefined && !isAt(index, entry, own))
            return;
        if (only === undefined || index.readUInt32BE(entry.at + MODE_AT) === only)
            lines.push(lineOf(index, format, entry));
    });
    return extensions && lines;
}
function hasMarks(file, format, path) {
    const index = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(file);
    const own = Buffer.from(path);
    let isMarked = false;
    const extensions = visitEntries(index, format, (entry) => {
        const { flags, extendedFlags } = entry;
        const isHidden = (flags & ASSUME_VALID) !== 0 || (extendedFlags & SKIP_WORKTREE) !== 0;
        isMarked ||= (extendedFlags & INTENT_TO_ADD) !== 0 || (isHidden && isAt(index, entry, own));
    });
    return isMarked || !extensions;
}
function rootTreeOf(file, format) {
    const index = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(file);
    const trees = visitEntries(index, format, () => { })?.get(TREES);
    if (!trees)
        return undefined;
    const start = trees.indexOf(0x0a) + 1;
    return trees[1] === MINUS ? undefined : trees.toString('hex', start, start + idBytesOf(format));
}
function visitEntries(index, format, see) {
    try {
        const extensions = extensionsOf(index, format, walkIndex(index, format, see));
        return isIncomplete(extensions) ? undefined : extensions;
    }
    catch (error) {
        if (error instanceof RangeError)
            return undefined;
        throw error;
    }
}
function isAt(index, { nameAt, nameEnd, wholeName }, path) {
    const [bytes, start, end] = wholeName ? [wholeName, 0, wholeName.length] : [index, nameAt, nameEnd];
    const after = start + path.length;
    if (after > end || (after < end && bytes[after] !== SLASH))
        return false;
    return bytes.compare(path, 0, path.length, start, after) === 0;
}
const modes = new Map();
function lineOf(index, format, entry) {
    const { at, nameAt, nameEnd, flags, extendedFlags, wholeName } = entry;
    const stage = (flags >> 12) & 3;
    const tag = stage > 0 ? 'M' : extendedFlags & SKIP_WORKTREE ? 'S' : 'H';
    const number = index.readUInt32BE(at + MODE_AT);
    const mode = modes.get(number) ?? number.toString(8).padStart(6, '0');
    modes.set(number, mode);
    const id = index.toString('hex', at + STAT_BYTES, at + STAT_BYTES + idBytesOf(format));
    const name = wholeName?.toString() ?? index.toString('utf8', nameAt, nameEnd);
    return `${flags & ASSUME_VALID ? tag.toLowerCase() : tag} ${mode} ${id} ${stage}\t${name}`;
}
function extensionsOf(index, format, start) {
    const found = new Map();
    const end = index.length - idBytesOf(format);
    for (let at = start; at < end;) {
        const next = at + 8 + index.readUInt32BE(at + 4);
        found.set(index.toString('latin1', at, at + 4), index.subarray(at + 8, next));
        at = next;
    }
    return found;
}
const isIncomplete = (extensions) => INCOMPLETE.some((name) => extensions.has(name));


/***/ }),

/***/ 5691:
/***/ ((__webpack_module__, __unused_webpack___webpack_exports__, __nccwpck_require__) => {

__nccwpck_require__.a(__webpack_module__, async (__webpack_handle_async_dependencies__, __webpack_async_result__) => { try {
/* harmony import */ var _command_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(2808);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(452);
/* harmony import */ var _main_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(9561);
/* harmony import */ var _settlement_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(5672);




const KNOWN = new Set(Object.values(_errors_js__WEBPACK_IMPORTED_MODULE_1__/* .EXIT_CODES */ .ai));
const cancellation = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGBREAK', 'SIGHUP']) {
    process.on(signal, () => cancellation.abort(signal));
}
for (const stream of [process.stdout, process.stderr])
    stream.on('error', () => { });
process.on('exit', () => {
    (0,_command_js__WEBPACK_IMPORTED_MODULE_0__/* .killAll */ .E7)();
    if (!KNOWN.has(process.exitCode))
        process.exitCode = _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .EXIT_CODES */ .ai.ATOMIC_COMMIT_FAILED;
});
process.on('uncaughtException', (error) => {
    (0,_command_js__WEBPACK_IMPORTED_MODULE_0__/* .killAll */ .E7)();
    process.exit((0,_main_js__WEBPACK_IMPORTED_MODULE_2__/* .bug */ .jr)(error));
});
process.exitCode = _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .EXIT_CODES */ .ai.ATOMIC_COMMIT_FAILED;
process.exitCode = await ((0,_main_js__WEBPACK_IMPORTED_MODULE_2__/* .isPost */ .tl)() ? _settlement_js__WEBPACK_IMPORTED_MODULE_3__/* .post */ .bE : _main_js__WEBPACK_IMPORTED_MODULE_2__/* .main */ .iW)(cancellation.signal);

__webpack_async_result__();
} catch(e) { __webpack_async_result__(e); } }, 1);

/***/ }),

/***/ 5106:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ae: () => (/* binding */ path),
/* harmony export */   D_: () => (/* binding */ identity),
/* harmony export */   Gq: () => (/* binding */ invalid),
/* harmony export */   Jt: () => (/* binding */ flag),
/* harmony export */   OS: () => (/* binding */ requiredDuration),
/* harmony export */   U9: () => (/* binding */ count),
/* harmony export */   Yq: () => (/* binding */ choice),
/* harmony export */   aR: () => (/* binding */ get),
/* harmony export */   gI: () => (/* binding */ given),
/* harmony export */   n8: () => (/* binding */ line),
/* harmony export */   p0: () => (/* binding */ duration)
/* harmony export */ });
/* harmony import */ var _actions_core__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3340);
/* harmony import */ var ms__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(744);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(452);
/* harmony import */ var _paths_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(1307);




function invalid(name, value, may) {
    const shown = value === '' ? 'is empty' : `holds ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .shortQuote */ .tt)(value)}`;
    return new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `input ${name} ${shown}; it may hold ${may}`, {
        next: `Correct ${name} in the workflow.`,
    });
}
function path(name, value, may = 'paths inside the target') {
    try {
        (0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .checkPath */ .Cg)(value);
        return value;
    }
    catch (error) {
        throw invalid(name, value, `${may} (${error.message})`);
    }
}
const get = (name) => _actions_core__WEBPACK_IMPORTED_MODULE_0__/* .getInput */ .V4(name);
function given(name) {
    return get(name) || undefined;
}
function choice(name, values) {
    const value = get(name);
    if (values.includes(value))
        return value;
    throw invalid(name, value, `one of: ${values.join(', ')}`);
}
function flag(name) {
    const value = get(name);
    if (/^(true|True|TRUE)$/.test(value))
        return true;
    if (/^(false|False|FALSE)$/.test(value))
        return false;
    throw invalid(name, value, 'true or false');
}
function count(name) {
    const value = get(name);
    if (/^[1-9]\d{0,2}$/.test(value))
        return Number(value);
    throw invalid(name, value, 'a whole number from 1 to 999');
}
function line(name, value) {
    if (value.trim() === '')
        throw invalid(name, value, 'one line of text; it is required');
    if (/[\u0000-\u001f\u007f\u0085\u2028\u2029]/.test(value)) {
        throw invalid(name, value, 'one line of text without control characters');
    }
    if (value.length > 500)
        throw invalid(name, value, 'at most 500 characters');
    return value.trim();
}
function duration(name) {
    const value = get(name);
    if (value === '')
        return undefined;
    const parsed = /^\d+(\.\d+)?\s*(ms|s|m|h)$/.test(value) ? ms__WEBPACK_IMPORTED_MODULE_1__(value) : Number.NaN;
    if (!(parsed >= 0 && parsed < 2 ** 31))
        throw invalid(name, value, 'a duration such as 500ms, 90s, 10m or 2h, below 24 days');
    return parsed;
}
function requiredDuration(name) {
    const value = duration(name);
    if (value === undefined)
        throw invalid(name, '', 'a duration such as 90s or 10m');
    return value;
}
function identity(name) {
    const value = get(name);
    const parts = /^([^<>\n\r\u0000]*[^<>\n\r\u0000\s])\s*<([^<>\s\u0000]+)>$/.exec(value);
    const isNamed = /[^\s.,:;<>"\\']/.test(parts?.[1] ?? '');
    if (!parts || !isNamed)
        throw invalid(name, value, 'a name and an address: Name <mail@example.org>');
    return { name: parts[1].trim(), email: parts[2] };
}


/***/ }),

/***/ 2835:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  Ko: () => (/* binding */ readInputs),
  Em: () => (/* binding */ readMode),
  UW: () => (/* binding */ readPlaceToSettle),
  Ht: () => (/* binding */ readVerifyInputs)
});

// UNUSED EXPORTS: readPlace

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __nccwpck_require__(8161);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 16 modules
var core = __nccwpck_require__(3340);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __nccwpck_require__(452);
// EXTERNAL MODULE: ./lib/input-values.js
var input_values = __nccwpck_require__(5106);
;// CONCATENATED MODULE: ./lib/input-checks.js


function checkInputs(inputs) {
    if (inputs.scope === null) {
        const why = `mode is ${inputs.isCheck ? 'check' : 'publish'}: it is of mode rollback`;
        without('rollback-to', inputs.rollbackTo, why);
        without('rollback-paths', (0,input_values/* given */.gI)('rollback-paths'), why);
        const scope = (0,input_values/* get */.aR)('rollback-scope');
        if (scope !== 'operation')
            throw (0,input_values/* invalid */.Gq)('rollback-scope', scope, `operation alone while ${why}`);
        requireGate(inputs);
        checkSources(inputs);
    }
    else
        checkRollback(inputs);
    checkDelivery(inputs);
}
function without(name, value, why) {
    if (value !== undefined)
        throw (0,input_values/* invalid */.Gq)(name, value, `nothing while ${why}`);
}
const OF_OUTPUTS = [
    ...['run', 'artifacts', 'contents', 'preserve'],
    ...['consistency-command', 'message-command', 'validation-command'],
];
function checkRollback({ commit, scope, rollbackTo, rollbackPaths, tag }) {
    for (const name of OF_OUTPUTS)
        without(name, (0,input_values/* given */.gI)(name), 'mode is rollback: it goes back, and asks no command');
    if (!commit)
        throw (0,input_values/* invalid */.Gq)('commit', 'false', 'true: what is rolled back is in git');
    if (scope !== 'operation')
        without('tag', tag, `rollback-scope is ${scope}: it makes no commit`);
    if (scope !== 'paths')
        without('rollback-paths', (0,input_values/* given */.gI)('rollback-paths'), `rollback-scope is ${scope}: paths restores files alone`);
    if (scope === 'emergency' && rollbackTo === undefined) {
        const may = 'the safe commit to go to, or a checkpoint: it is required for an emergency';
        throw (0,input_values/* invalid */.Gq)('rollback-to', '', may);
    }
    if (scope === 'paths' && rollbackPaths.length === 0) {
        throw (0,input_values/* invalid */.Gq)('rollback-paths', '', 'the files and directories to restore, relative to the top level');
    }
    if (scope === 'paths')
        without('target', (0,input_values/* given */.gI)('target'), 'rollback-scope is paths: rollback-paths names them');
    if (scope === 'emergency')
        without('target', (0,input_values/* given */.gI)('target'), 'rollback-scope is emergency: it moves the whole branch');
}
function requireGate({ consistency }) {
    if (consistency.result !== undefined || consistency.command !== undefined)
        return;
    throw new errors/* TransactionError */.Jn('CONSISTENCY_VALIDATION_FAILED', 'no consistency gate: neither input consistency-result nor input consistency-command is given; one is required', {
        next: 'Give the result of an earlier check, or a command that exits 0 when the outputs are consistent.',
    });
}
function checkSources({ isInPlace, run, artifacts, contents, preserve, history, shell }) {
    if (isInPlace) {
        const why = 'there is no target: give target, or let run edit the working tree';
        without('artifacts', (0,input_values/* given */.gI)('artifacts'), why);
        without('contents', (0,input_values/* given */.gI)('contents'), why);
        without('preserve', (0,input_values/* given */.gI)('preserve'), why);
        if (run === undefined)
            throw (0,input_values/* invalid */.Gq)('run', '', 'a command that edits the working tree, since there is no target either');
    }
    else {
        const named = (0,input_values/* given */.gI)('contents');
        if (named !== undefined && contents.size === 0)
            throw (0,input_values/* invalid */.Gq)('contents', named, 'a JSON object of at least one path and its text');
        if (run === undefined && artifacts.length === 0 && contents.size === 0) {
            const may = 'a command that writes the outputs; without it give artifacts or contents';
            throw (0,input_values/* invalid */.Gq)('run', '', may);
        }
        if (history === 'phases')
            throw (0,input_values/* invalid */.Gq)('history', history, 'single while there is a target: phases are of what edits in place');
        if (preserve.length > 0 && preserve.every((glob) => glob.startsWith('!')))
            throw (0,input_values/* invalid */.Gq)('preserve', preserve.join(' '), 'a glob of what to keep before those that begin with "!"');
    }
    if (shell.trim() === '')
        throw (0,input_values/* invalid */.Gq)('shell', shell, 'bash, sh, pwsh, python, or a command with {0}');
}
function checkDelivery({ commit, push, remote, branch, tag, sign, statusContext, github }) {
    const signed = sign === 'github' ? sign : undefined;
    if (push && commit && (remote === '' || /^-|[\s\u0000-\u001f]/.test(remote))) {
        throw (0,input_values/* invalid */.Gq)('remote', remote, 'the name of a remote');
    }
    const [, scheme = '', user = ''] = /^(?:\w+::)?([a-z][a-z0-9+.-]*):\/\/([^/]*)@/i.exec(remote) ?? [];
    if (user !== '' && (/^http/i.test(scheme) || user.includes(':'))) {
        const may = 'a URL without credentials, which would stand in the log: they come by token, or from git itself';
        throw (0,input_values/* invalid */.Gq)('remote', remote.replace(`://${user}@`, '://***@'), may);
    }
    if (!commit) {
        const why = 'commit is false: without a commit';
        without('branch', branch, `${why} no branch moves`);
        without('tag', tag, `${why} there is nothing to tag`);
        without('status-context', statusContext, `${why} there is nothing to set a status on`);
        without('sign', signed, `${why} there is nothing to sign`);
    }
    if (!push)
        without('status-context', statusContext, 'push is false: GitHub does not have the commit');
    if (signed) {
        without('tag', tag, 'sign is github: its API cannot move a branch and a tag in one step');
        if (!push)
            throw (0,input_values/* invalid */.Gq)('sign', signed, 'github only with push: GitHub signs what it holds');
    }
    for (const [name, needs] of [
        ['sign', signed !== undefined],
        ['status-context', statusContext !== undefined],
    ]) {
        if (!needs || github !== undefined)
            continue;
        throw (0,input_values/* invalid */.Gq)(name, (0,input_values/* get */.aR)(name), 'something only in a workflow of GitHub, with a token: its API is needed');
    }
}

// EXTERNAL MODULE: ./lib/json.js
var json = __nccwpck_require__(6413);
// EXTERNAL MODULE: ./lib/paths.js
var paths = __nccwpck_require__(1307);
// EXTERNAL MODULE: ./lib/report.js + 1 modules
var report = __nccwpck_require__(5055);
;// CONCATENATED MODULE: ./lib/inputs.js











const MODES = ['publish', 'check', 'verify', 'rollback', 'recover'];
const NOT_GIVEN = 'not-given';
function github() {
    const { GITHUB_API_URL, GITHUB_REPOSITORY } = process.env;
    const token = (0,input_values/* get */.aR)('token');
    if (!GITHUB_REPOSITORY || token === '')
        return undefined;
    return { apiUrl: GITHUB_API_URL ?? 'https://api.github.com', repository: GITHUB_REPOSITORY, token };
}
function artifacts() {
    return core/* getMultilineInput */.q3('artifacts').map((text) => {
        const [source = '', destination, ...rest] = text.split('=>').map((part) => part.trim());
        if (source === '' || destination === '' || rest.length > 0) {
            throw (0,input_values/* invalid */.Gq)('artifacts', text, 'lines of the form: source, or source => destination');
        }
        return { source, destination: destination?.replace(/^\.\/|\/$/g, '') };
    });
}
function contents() {
    const text = (0,input_values/* get */.aR)('contents');
    if (text === '')
        return new Map();
    const may = 'a JSON object of paths and texts such as {"a.txt": "text"}';
    let parsed;
    try {
        parsed = (0,json/* parseJson */.q)(text);
    }
    catch (error) {
        throw (0,input_values/* invalid */.Gq)('contents', text, `${may} (${(0,report/* oneLine */.TN)(error.message)})`);
    }
    if (!(0,json/* isObject */.G)(parsed))
        throw (0,input_values/* invalid */.Gq)('contents', text, may);
    const entries = Object.entries(parsed);
    for (const [name, content] of entries) {
        (0,input_values/* path */.Ae)('contents', name);
        if (typeof content !== 'string')
            throw (0,input_values/* invalid */.Gq)('contents', `${name}: ${JSON.stringify(content)}`, may);
    }
    return new Map(entries);
}
function rollbackPaths() {
    return core/* getMultilineInput */.q3('rollback-paths').map((text) => {
        const name = external_node_path_.posix.normalize(text).replace(/(?<=.)\/+$/, '');
        if (name !== '..' && !name.startsWith('../') && !name.startsWith('/'))
            return name;
        throw (0,input_values/* invalid */.Gq)('rollback-paths', text, 'files and directories relative to the top level');
    });
}
function generatedAt(now) {
    const epoch = process.env['SOURCE_DATE_EPOCH'];
    if (epoch && !/^\d{1,11}$/.test(epoch)) {
        throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `SOURCE_DATE_EPOCH holds ${(0,paths/* shortQuote */.tt)(epoch)}; it may hold whole seconds since 1970`, { next: 'Leave it out for the time of the run.' });
    }
    const moment = epoch ? new Date(Number(epoch) * 1000) : now;
    return moment.toISOString().replace(/\.\d{3}Z$/, 'Z');
}
function commitNode() {
    const { GITHUB_REPOSITORY, GITHUB_WORKFLOW, GITHUB_JOB } = process.env;
    return [GITHUB_REPOSITORY, GITHUB_WORKFLOW, GITHUB_JOB].filter(Boolean).join('/') || 'local';
}
function runUrl() {
    const { GITHUB_SERVER_URL, GITHUB_REPOSITORY, GITHUB_RUN_ID } = process.env;
    if (!GITHUB_REPOSITORY || !GITHUB_RUN_ID)
        return null;
    return `${GITHUB_SERVER_URL}/${GITHUB_REPOSITORY}/actions/runs/${GITHUB_RUN_ID}`;
}
const SCOPES = ['phase', 'operation', 'paths', 'emergency'];
function readMode() {
    return (0,input_values/* choice */.Yq)('mode', MODES);
}
const isDirectory = (path) => (0,external_node_fs_.existsSync)(path) && (0,external_node_fs_.statSync)(path).isDirectory();
function readPlace() {
    const place = readPlaceToSettle();
    const named = (0,input_values/* get */.aR)('working-directory');
    if (isDirectory((0,external_node_path_.resolve)(place.workspace, named)))
        return place;
    throw (0,input_values/* invalid */.Gq)('working-directory', named, 'a directory that exists, relative to the workspace');
}
function readPlaceToSettle() {
    const workspace = (0,external_node_path_.resolve)(process.env['GITHUB_WORKSPACE'] ?? process.cwd());
    const named = (0,external_node_path_.resolve)(workspace, (0,input_values/* get */.aR)('working-directory'));
    let workingDirectory = named;
    while (!isDirectory(workingDirectory))
        workingDirectory = (0,external_node_path_.dirname)(workingDirectory);
    if (!(0,input_values/* flag */.Jt)('commit') && (0,input_values/* get */.aR)('target') === '') {
        throw (0,input_values/* invalid */.Gq)('target', '', 'the directory to replace: with commit false the ledger stands beside it');
    }
    return {
        workspace,
        workingDirectory,
        target: (0,external_node_path_.resolve)(named, (0,input_values/* get */.aR)('target')),
        commit: (0,input_values/* flag */.Jt)('commit'),
        token: (0,input_values/* get */.aR)('token'),
        serverUrl: process.env['GITHUB_SERVER_URL'] ?? 'https://github.com',
        github: github(),
        lockTimeoutMs: (0,input_values/* requiredDuration */.OS)('lock-timeout'),
        temp: process.env['RUNNER_TEMP'] || (0,external_node_os_.tmpdir)(),
    };
}
function readVerifyInputs() {
    if ((0,input_values/* get */.aR)('target') === '')
        throw (0,input_values/* invalid */.Gq)('target', '', 'the published directory to verify');
    return { ...readPlace(), manifest: manifestName() };
}
function manifestName() {
    const name = (0,input_values/* get */.aR)('manifest');
    if (name.includes('/') || name === '')
        throw (0,input_values/* invalid */.Gq)('manifest', name, 'one file name');
    return (0,input_values/* path */.Ae)('manifest', name);
}
function readInputs(now) {
    const place = readPlace();
    const transactionId = (0,input_values/* given */.gI)('transaction-id') ?? (0,external_node_crypto_.randomUUIDv7)();
    if (!/^(?!.*\.\.)(?!.*\.lock$)[A-Za-z0-9][A-Za-z0-9._-]{0,62}[A-Za-z0-9]$/.test(transactionId)) {
        throw (0,input_values/* invalid */.Gq)('transaction-id', transactionId, '2 to 64 letters, digits, "-", "_" and single "."');
    }
    const manifest = manifestName();
    const author = (0,input_values/* identity */.D_)('author');
    const mode = readMode();
    const scope = (0,input_values/* choice */.Yq)('rollback-scope', SCOPES);
    const inputs = {
        taskId: (0,input_values/* line */.n8)('task-id', (0,input_values/* given */.gI)('task-id') ?? (mode === 'check' ? 'check' : '')),
        agentId: (0,input_values/* line */.n8)('agent-id', (0,input_values/* given */.gI)('agent-id') ?? process.env['GITHUB_ACTOR'] ?? author.name),
        commitNode: (0,input_values/* line */.n8)('commit-node', (0,input_values/* given */.gI)('commit-node') ?? commitNode()),
        transactionId,
        generatedAt: generatedAt(now),
        runUrl: runUrl(),
        ...place,
        isInPlace: (0,input_values/* get */.aR)('target') === '',
        history: (0,input_values/* choice */.Yq)('history', ['single', 'phases']),
        rollbackTo: (0,input_values/* given */.gI)('rollback-to'),
        rollbackPaths: rollbackPaths(),
        isCheck: mode === 'check',
        failOnChange: (0,input_values/* flag */.Jt)('fail-on-change'),
        scope: mode === 'rollback' ? scope : null,
        run: (0,input_values/* given */.gI)('run'),
        shell: (0,input_values/* get */.aR)('shell'),
        artifacts: artifacts(),
        contents: contents(),
        preserve: core/* getMultilineInput */.q3('preserve'),
        atomicity: (0,input_values/* choice */.Yq)('atomicity', ['strict', 'journaled']),
        consistency: gate('consistency'),
        message: gate('message'),
        validationCommand: (0,input_values/* given */.gI)('validation-command'),
        manifest,
        commitMessage: (0,input_values/* given */.gI)('message'),
        author,
        branch: (0,input_values/* given */.gI)('branch'),
        push: (0,input_values/* flag */.Jt)('push'),
        remote: (0,input_values/* get */.aR)('remote'),
        onConflict: (0,input_values/* choice */.Yq)('on-conflict', ['replay', 'fail']),
        dependsOn: core/* getMultilineInput */.q3('depends-on'),
        pushAttempts: (0,input_values/* count */.U9)('push-attempts'),
        tag: (0,input_values/* given */.gI)('tag')?.replace(/^refs\/tags\//, ''),
        sign: (0,input_values/* choice */.Yq)('sign', ['none', 'github']),
        packing: (0,input_values/* choice */.Yq)('pack', ['fast', 'small']),
        statusContext: (0,input_values/* given */.gI)('status-context'),
        jobServerUrl: place.token !== '' && place.token === (0,input_values/* get */.aR)('job-token') ? place.serverUrl : undefined,
        checkpoints: (0,input_values/* count */.U9)('checkpoints'),
        gateTimeoutMs: (0,input_values/* requiredDuration */.OS)('gate-timeout'),
        runTimeoutMs: (0,input_values/* duration */.p0)('run-timeout'),
    };
    checkInputs(inputs);
    return inputs.isCheck ? { ...inputs, ...NOTHING_SENT } : inputs;
}
const NOTHING_SENT = { push: false, tag: undefined, sign: 'none', statusContext: undefined };
function gate(name) {
    const result = (0,input_values/* get */.aR)(`${name}-result`);
    return { result: result === NOT_GIVEN ? undefined : result, command: (0,input_values/* given */.gI)(`${name}-command`) };
}


/***/ }),

/***/ 6413:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   G: () => (/* binding */ isObject),
/* harmony export */   q: () => (/* binding */ parseJson)
/* harmony export */ });
const DEEPEST = 500;
function parseJson(text) {
    const value = JSON.parse(text);
    if (countMembers(text) !== countValues(value))
        throw new SyntaxError('a name stands twice in one object');
    return value;
}
const isObject = (value) => typeof value === 'object' && value !== null && !Array.isArray(value);
function countMembers(text) {
    let members = 0;
    let depth = 0;
    let isString = false;
    for (let at = 0; at < text.length; at += 1) {
        const character = text[at];
        if (isString && character === '\\')
            at += 1;
        else if (character === '"')
            isString = !isString;
        else if (isString)
            continue;
        else if (character === ':')
            members += 1;
        else if (character === '[' || character === '{')
            depth += 1;
        else if (character === ']' || character === '}')
            depth -= 1;
        if (depth > DEEPEST)
            throw new SyntaxError(`it is nested more than ${DEEPEST} levels deep`);
    }
    return members;
}
function countValues(value) {
    if (typeof value !== 'object' || value === null)
        return 0;
    const values = Object.values(value);
    return values.reduce((sum, one) => sum + countValues(one), Array.isArray(value) ? 0 : values.length);
}


/***/ }),

/***/ 9449:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   IE: () => (/* binding */ readCurrentBranch),
/* harmony export */   W1: () => (/* binding */ findRepository),
/* harmony export */   _j: () => (/* binding */ sameAt),
/* harmony export */   du: () => (/* binding */ commitAt),
/* harmony export */   ek: () => (/* binding */ placesOf),
/* harmony export */   hh: () => (/* binding */ checkRefName),
/* harmony export */   wZ: () => (/* binding */ readBase)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var _disk_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7486);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(452);
/* harmony import */ var _paths_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(1307);
/* harmony import */ var _remote_refs_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(2860);





const placesOf = ({ commonDirectory, topLevel }) => [commonDirectory, topLevel, ...(0,_disk_js__WEBPACK_IMPORTED_MODULE_1__/* .mountsBelow */ .YL)(topLevel)].filter(isReadable);
function isReadable(path) {
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.accessSync)(path, node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.R_OK);
        const stats = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(path);
        return stats.isDirectory() || stats.isFile();
    }
    catch {
        return false;
    }
}
const MINIMUM_GIT = [2, 31];
async function requireGit(git) {
    const version = /(\d+)\.(\d+)/.exec(await git.run(['version']));
    const [major = 0, minor = 0] = [Number(version?.[1]), Number(version?.[2])];
    if (major < MINIMUM_GIT[0] || (major === MINIMUM_GIT[0] && minor < MINIMUM_GIT[1])) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `git 2.31 or later is needed; this is ${version?.[0]}`, { next: 'Install a later one.' });
    }
}
async function findRepository(git) {
    const ask = ['rev-parse', '--path-format=absolute', '--show-toplevel', '--absolute-git-dir'];
    const answer = await git.try([...ask, '--git-common-dir', '--git-path', 'index']);
    if (answer.exitCode !== 0 || answer.stdout.toString().startsWith('--'))
        await requireGit(git);
    if (answer.exitCode !== 0)
        return undefined;
    const [topLevel, gitDirectory, commonDirectory, index] = answer.stdout.toString().trimEnd().split('\n');
    return {
        topLevel: topLevel,
        gitDirectory: gitDirectory,
        commonDirectory: commonDirectory,
        index: index,
    };
}
async function readCurrentBranch(git) {
    const head = await git.try(['symbolic-ref', '--quiet', 'HEAD']);
    return head.exitCode === 0 ? head.stdout.toString().trim() : undefined;
}
async function commitAt(git, name) {
    const result = await git.try(['rev-parse', '--verify', '--quiet', `${name}^{commit}`]);
    return result.exitCode === 0 ? result.stdout.toString().trim() : '';
}
async function sameAt(git, path, one, other) {
    if (one === other)
        return true;
    if (one === '' || other === '')
        return false;
    const result = await git.try(['rev-parse', '--verify', '--quiet', `${one}:${path}`]);
    const same = await git.try(['rev-parse', '--verify', '--quiet', `${other}:${path}`]);
    return result.exitCode === 0 && same.exitCode === 0 && result.stdout.equals(same.stdout);
}
async function readBase(git, branch, remote, patience) {
    const current = await readCurrentBranch(git);
    if (branch === undefined && current === undefined) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', 'HEAD is detached and input branch is empty: no branch to move', { next: 'Give branch the name of the branch to publish to.' });
    }
    const name = branch === undefined ? current : `refs/heads/${branch.replace(/^refs\/heads\//, '')}`;
    if (branch !== undefined)
        await checkRefName(git, 'branch', name);
    if (name !== current) {
        await refuseOtherName(git, name);
        await refuseCheckedOut(git, name);
    }
    const local = await commitAt(git, name);
    if (branch === undefined && local === '' && name.includes('\ufffd')) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `branch ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(name)} has a name that is not valid UTF-8: another one would be moved`, { next: 'Rename it (git branch -m), or give branch the name of another one.' });
    }
    if (local !== '')
        return { branch: name, sha: local, local, current };
    await refuseInTheWay(git, name);
    const there = name === current || remote === undefined ? '' : await fetchBranch(git, name, remote, patience);
    const sha = there || (await commitAt(git, 'HEAD'));
    if (sha === '') {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `branch ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(name)} has no commit in this repository`, { next: 'Check the branch out first, with at least one commit.' });
    }
    return { branch: name, sha, local, current };
}
async function refuseInTheWay(git, branch) {
    const above = (0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .parentsOf */ .fY)(branch).slice(2);
    const list = await git.run(['for-each-ref', '--format=%(refname)', `${branch}/`, ...above]);
    const other = list.split('\n').find((ref) => ref.startsWith(`${branch}/`) || above.includes(ref));
    if (other === undefined)
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `input branch holds ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(branch.replace('refs/heads/', ''))}, which git cannot make while there is ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(other)}`, { next: 'Give branch another name.' });
}
async function refuseOtherName(git, branch) {
    const { exitCode, stdout } = await git.try(['symbolic-ref', '--quiet', branch]);
    if (exitCode !== 0)
        return;
    const [own, other] = [branch, stdout.toString().trim()].map((name) => (0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(name.replace('refs/heads/', '')));
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `input branch holds ${own}, which is another name of ${other}`, {
        next: `Give branch the name ${other}.`,
    });
}
async function refuseCheckedOut(git, branch) {
    const list = await git.run(['worktree', 'list', '--porcelain']);
    const other = list.split('\n\n').find((one) => one.split('\n').includes(`branch ${branch}`));
    if (other === undefined)
        return;
    const place = other.split('\n')[0].replace('worktree ', '');
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `branch ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(branch)} is checked out in the working tree ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(place)}`, {
        next: 'Publish from there, or check another branch out there. If that working tree is gone, run git worktree prune.',
    });
}
async function checkRefName(git, input, name) {
    const isOption = /^refs\/(heads|tags)\/-/.test(name);
    if (!isOption && (await git.try(['check-ref-format', name])).exitCode === 0)
        return;
    const held = name.replace(/^refs\/(heads|tags)\//, '');
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_2__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `input ${input} holds ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(held)}; it may hold the name of a ${input}`, { next: 'Letters, digits, "-", "_", "." and "/" will do; git help check-ref-format has the rules.' });
}
async function fetchBranch(git, name, remote, patience) {
    const commit = (await (0,_remote_refs_js__WEBPACK_IMPORTED_MODULE_4__/* .readRemoteRefs */ .Jg)(git, remote, [name], patience)).get(name) ?? '';
    if (commit === '')
        return '';
    await (0,_remote_refs_js__WEBPACK_IMPORTED_MODULE_4__/* .fetchCommit */ .iH)(git, remote, commit, patience, ...((await (0,_remote_refs_js__WEBPACK_IMPORTED_MODULE_4__/* .isShallow */ .fE)(git)) ? ['--depth=1'] : []));
    return commit;
}


/***/ }),

/***/ 2682:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   O: () => (/* binding */ Ledger),
/* harmony export */   S: () => (/* binding */ UNCHANGED)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var node_sqlite__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(99);
/* harmony import */ var _disk_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(7486);
/* harmony import */ var _effect_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(7322);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(452);
/* harmony import */ var _lock_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(3964);
/* harmony import */ var _paths_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(1307);








const COLUMNS = `
  id TEXT PRIMARY KEY, state TEXT NOT NULL, task_id TEXT NOT NULL, agent_id TEXT NOT NULL,
  commit_node TEXT NOT NULL, run_url TEXT, pid INTEGER NOT NULL, began_at TEXT NOT NULL, ended_at TEXT,
  exit_code INTEGER, reason TEXT, settled INTEGER NOT NULL, pruned INTEGER NOT NULL, target TEXT NOT NULL, staging TEXT NOT NULL, staged TEXT NOT NULL,
  manifest TEXT NOT NULL, publication TEXT, created_parent TEXT, old_digest TEXT, manifest_sha256 TEXT, preop_sha TEXT, opexec_sha TEXT,
  history TEXT NOT NULL, scope TEXT, reverts TEXT, branch TEXT, base_sha TEXT,
  branch_sha TEXT, local_sha TEXT, commit_sha TEXT, tag TEXT, saved_index TEXT, index_sha256 TEXT, remote TEXT, remote_sha TEXT,
  temporary_ref TEXT`;
const VERSION = 2;
const UNCHANGED = 'nothing to change';
const RESERVE_BYTES = 256 * 1024;
class Ledger {
    directory;
    #lock;
    #database;
    #phases = [];
    constructor(directory, lock) {
        this.directory = directory;
        this.#lock = lock;
    }
    static exists(directory) {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, 'ledger.sqlite'));
    }
    static async open(directory, options) {
        const lock = await (0,_lock_js__WEBPACK_IMPORTED_MODULE_6__/* .takeLock */ .HJ)(directory, options);
        const ledger = new Ledger(directory, lock);
        try {
            await ledger.releaseReserve();
            await ledger.#openDatabase();
        }
        catch (error) {
            ledger.close();
            throw error;
        }
        return ledger;
    }
    async #openDatabase() {
        const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(this.directory, 'ledger.sqlite');
        const unreadable = (why, cause) => new _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .TransactionError */ .Jn('ROLLBACK_FAILED', `the ledger ${path} cannot be read: ${why}`, {
            cause,
            next: 'Nothing was changed. See docs/recovery.md, "A ledger that cannot be read", to settle by hand.',
        });
        const isNew = !(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(path);
        try {
            const database = new node_sqlite__WEBPACK_IMPORTED_MODULE_2__.DatabaseSync(path, { timeout: 5000 });
            this.#database = database;
            database.exec('PRAGMA locking_mode=EXCLUSIVE');
            const version = Number(database.prepare('PRAGMA user_version').get()['user_version']);
            if (version > VERSION) {
                throw unreadable(`it has version ${version}, this release knows versions up to ${VERSION}`);
            }
            const check = database.prepare('PRAGMA quick_check(1)').get()['quick_check'];
            if (check !== 'ok')
                throw unreadable(`it is damaged (${check})`);
            database.exec('PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL');
            if (version === 0) {
                await (0,_effect_js__WEBPACK_IMPORTED_MODULE_4__/* .effect */ .Q)('create ledger', () => database.exec(`BEGIN;
            CREATE TABLE transactions (${COLUMNS});
            CREATE TABLE phases (transaction_id TEXT NOT NULL, phase TEXT NOT NULL, began_at TEXT NOT NULL,
              milliseconds REAL NOT NULL, failed INTEGER NOT NULL);
            CREATE TABLE files (transaction_id TEXT NOT NULL, path TEXT NOT NULL, mode TEXT NOT NULL,
              size INTEGER NOT NULL, sha256 TEXT NOT NULL, stamp TEXT);
            PRAGMA user_version=${VERSION};
            COMMIT`));
            }
            if (version === 1) {
                await (0,_effect_js__WEBPACK_IMPORTED_MODULE_4__/* .effect */ .Q)('upgrade ledger', () => database.exec(`BEGIN;
            ALTER TABLE files ADD COLUMN stamp TEXT;
            PRAGMA user_version=${VERSION};
            COMMIT`));
            }
            if (isNew) {
                await (0,_disk_js__WEBPACK_IMPORTED_MODULE_3__/* .syncDirectory */ .zR)(this.directory);
                await (0,_disk_js__WEBPACK_IMPORTED_MODULE_3__/* .syncDirectory */ .zR)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(this.directory));
            }
        }
        catch (error) {
            if (error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .TransactionError */ .Jn || (0,_errors_js__WEBPACK_IMPORTED_MODULE_5__/* .isNoSpace */ .YV)(error))
                throw error;
            if ((0,_disk_js__WEBPACK_IMPORTED_MODULE_3__/* .isNearlyFull */ .zP)(this.directory))
                throw (0,_lock_js__WEBPACK_IMPORTED_MODULE_6__/* .noSpace */ .UD)(error);
            if (isNew)
                throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_5__/* .asTransactionError */ .Bv)(error, `the ledger ${path} cannot be made`);
            throw unreadable(error instanceof Error ? error.message : String(error), error);
        }
    }
    get #db() {
        if (!this.#database)
            throw new Error('the ledger is closed');
        return this.#database;
    }
    async begin(record) {
        if (this.find(record.id)?.state === 'COMMITTED') {
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `input transaction-id holds ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_7__/* .quote */ .hD)(record.id)}, which has committed before in this repository`, { next: 'Leave transaction-id out, or give each transaction its own.' });
        }
        const names = Object.keys(record);
        const values = Object.values(record);
        const places = names.map(() => '?').join(', ');
        await (0,_effect_js__WEBPACK_IMPORTED_MODULE_4__/* .effect */ .Q)('ledger INTENT', () => {
            const insert = this.#db.prepare(`INSERT OR REPLACE INTO transactions (${names.join(', ')}) VALUES (${places})`);
            insert.run(...values);
        });
    }
    async update(id, changes) {
        const names = Object.keys(changes);
        const values = Object.values(changes);
        const assignments = names.map((name) => `${name} = ?`).join(', ');
        await this.#write(`ledger ${changes.state ?? names.join(' ')}`, id, () => {
            this.#db.prepare(`UPDATE transactions SET ${assignments} WHERE id = ?`).run(...values, id);
        });
    }
    async seal(id, tree, manifestSha256, stampOf = () => null) {
        await this.#write('ledger SEALED', id, () => {
            this.#db.prepare('DELETE FROM files WHERE transaction_id = ?').run(id);
            const insert = this.#db.prepare('INSERT INTO files VALUES (?, ?, ?, ?, ?, ?)');
            for (const entry of tree)
                insert.run(id, entry.path, entry.mode, entry.size, entry.sha256, stampOf(entry));
            const update = 'UPDATE transactions SET state = ?, manifest_sha256 = ? WHERE id = ?';
            this.#db.prepare(update).run('SEALED', manifestSha256, id);
        });
    }
    notePhase(phase) {
        this.#phases.push(phase);
    }
    #write(name, id, perform) {
        return (0,_effect_js__WEBPACK_IMPORTED_MODULE_4__/* .effect */ .Q)(name, () => {
            this.#db.exec('BEGIN IMMEDIATE');
            try {
                const insert = this.#db.prepare('INSERT INTO phases VALUES (?, ?, ?, ?, ?)');
                for (const { phase, began_at, milliseconds, failed } of this.#phases) {
                    insert.run(id, phase, began_at, milliseconds, failed);
                }
                perform();
                this.#db.exec('COMMIT');
                this.#phases = [];
            }
            catch (error) {
                if (this.#db.isTransaction)
                    this.#db.exec('ROLLBACK');
                throw !(0,_errors_js__WEBPACK_IMPORTED_MODULE_5__/* .isNoSpace */ .YV)(error) && (0,_disk_js__WEBPACK_IMPORTED_MODULE_3__/* .isNearlyFull */ .zP)(this.directory) ? (0,_lock_js__WEBPACK_IMPORTED_MODULE_6__/* .noSpace */ .UD)(error) : error;
            }
        });
    }
    files(id) {
        const files = this.#db
            .prepare('SELECT path, mode, sha256 FROM files WHERE transaction_id = ? ORDER BY rowid')
            .all(id);
        return files;
    }
    published(target) {
        const select = `SELECT path, size, sha256, stamp FROM files WHERE transaction_id =
      (SELECT id FROM transactions WHERE target = ? AND state = 'COMMITTED' AND reason IS NOT ?
        ORDER BY rowid DESC LIMIT 1) ORDER BY rowid`;
        return this.#db
            .prepare(select)
            .iterate(target, UNCHANGED);
    }
    latest(isCommitted, target) {
        const committed = "AND state = 'COMMITTED' AND commit_sha IS NOT NULL";
        const select = `SELECT * FROM transactions WHERE scope IS NULL AND target = ifnull(?, target)
      ${isCommitted ? committed : ''} ORDER BY rowid DESC`;
        return this.#db.prepare(select).all(target ?? null);
    }
    findRevertOf(id) {
        const select = "SELECT * FROM transactions WHERE reverts = ? AND state = 'COMMITTED' ORDER BY rowid DESC LIMIT 1";
        return this.#db.prepare(select).get(id);
    }
    find(id) {
        return this.#db.prepare('SELECT * FROM transactions WHERE id = ?').get(id);
    }
    unsettled() {
        const select = 'SELECT * FROM transactions WHERE settled = 0 ORDER BY rowid';
        return this.#db.prepare(select).all();
    }
    prunable(keep) {
        const select = `SELECT id FROM (SELECT *,
        row_number() OVER (PARTITION BY has_changed ORDER BY number DESC) AS age,
        row_number() OVER (PARTITION BY has_changed, target ORDER BY number DESC) AS age_there
        FROM (SELECT *, rowid AS number, state = 'COMMITTED' AND reason IS NOT ? AS has_changed FROM transactions))
      WHERE settled = 1 AND pruned = 0 AND age > ? AND NOT (has_changed AND age_there = 1) ORDER BY number`;
        return this.#db
            .prepare(select)
            .all(UNCHANGED, keep)
            .map((row) => String(row['id']));
    }
    async prune(ids) {
        await (0,_effect_js__WEBPACK_IMPORTED_MODULE_4__/* .effect */ .Q)('ledger pruned', () => {
            this.#db.exec('BEGIN IMMEDIATE');
            for (const id of ids) {
                this.#db.prepare('DELETE FROM files WHERE transaction_id = ?').run(id);
                this.#db.prepare('UPDATE transactions SET pruned = 1 WHERE id = ?').run(id);
            }
            this.#db.exec('COMMIT');
        });
    }
    async makeReserve() {
        await (0,_disk_js__WEBPACK_IMPORTED_MODULE_3__/* .remove */ .TF)(this.#reserve);
        await (0,_disk_js__WEBPACK_IMPORTED_MODULE_3__/* .createFile */ .x3)(this.#reserve, Buffer.alloc(RESERVE_BYTES, 1));
    }
    releaseReserve() {
        return (0,_disk_js__WEBPACK_IMPORTED_MODULE_3__/* .remove */ .TF)(this.#reserve);
    }
    get #reserve() {
        return (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(this.directory, 'reserve');
    }
    close() {
        this.#database?.close();
        this.#database = undefined;
        this.#lock.close();
    }
}


/***/ }),

/***/ 1058:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   hF: () => (/* binding */ withPages),
/* harmony export */   ut: () => (/* binding */ runLink),
/* harmony export */   wn: () => (/* binding */ commitLink)
/* harmony export */ });
const SERVER = /^https?:\/\/([A-Za-z0-9.-]+(?::\d{1,5})?)$/;
const REPOSITORY = /^(?!\.)[\w.-]+\/(?!\.)[\w.-]+$/;
const COMMIT = /^([0-9a-f]{40}|[0-9a-f]{64})$/;
const RUN = /^\d{1,20}$/;
const SHOWN = 12;
function repository() {
    const { GITHUB_SERVER_URL: server = '', GITHUB_REPOSITORY: name = '' } = process.env;
    const [, host] = SERVER.exec(server) ?? [];
    return host !== undefined && REPOSITORY.test(name) ? { host, name, url: `${server}/${name}` } : undefined;
}
function commitLink(sha, pushUrl) {
    if (!COMMIT.test(sha))
        return '';
    const shown = sha.slice(0, SHOWN);
    const home = repository();
    const there = pushUrl?.replace(/(\.git)?\/*$/, '').toLowerCase();
    const isHome = ['/', ':'].some((mark) => there?.endsWith(`${home?.host}${mark}${home?.name}`.toLowerCase()));
    return home && isHome ? `[\`${shown}\`](${home.url}/commit/${sha})` : `\`${shown}\``;
}
function withPages(text) {
    const { GITHUB_SERVER_URL: server = '', GITHUB_ACTION_REPOSITORY: name = '', GITHUB_ACTION_REF: ref = '', } = process.env;
    if (!SERVER.test(server) || !REPOSITORY.test(name) || !/^[\w./-]+$/.test(ref))
        return text;
    return text.replace(/\bdocs\/[a-z-]+\.md\b/g, (page) => `${server}/${name}/blob/${ref}/${page}`);
}
function runLink() {
    const run = process.env['GITHUB_RUN_ID'] ?? '';
    const home = repository();
    return home && RUN.test(run) ? `[${run}](${home.url}/actions/runs/${run})` : '';
}


/***/ }),

/***/ 3964:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   HJ: () => (/* binding */ takeLock),
/* harmony export */   UD: () => (/* binding */ noSpace),
/* harmony export */   v3: () => (/* binding */ LockTaken)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var node_sqlite__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(99);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(8500);
/* harmony import */ var _disk_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(7486);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(452);
/* harmony import */ var _quantities_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(3682);







const SQLITE_BUSY = 5;
class LockTaken extends _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .TransactionError */ .Jn {
}
async function takeLock(directory, options) {
    requireWritable(directory);
    (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.mkdirSync)(directory, { recursive: true });
    const lock = explained(directory, () => new node_sqlite__WEBPACK_IMPORTED_MODULE_2__.DatabaseSync((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, 'lock.sqlite'), { timeout: 0 }));
    const deadline = Date.now() + options.timeoutMs;
    let waited = false;
    while (!explained(directory, () => tryLock(lock))) {
        if (Date.now() >= deadline) {
            lock.close();
            throw new LockTaken('ATOMIC_COMMIT_FAILED', `another transaction held the lock of this repository for longer than lock-timeout (${(0,_quantities_js__WEBPACK_IMPORTED_MODULE_6__/* .duration */ .p0)(options.timeoutMs)})`, { next: `Let it end, or raise lock-timeout. The lock is ${(0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, 'lock.sqlite')}.` });
        }
        if (!waited)
            options.onWait('Another transaction in this repository is running: waiting for its lock.');
        waited = true;
        await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_3__.setTimeout)(20 + Math.random() * 80, undefined, { signal: options.signal });
    }
    return lock;
}
function requireWritable(directory) {
    const files = ['ledger.sqlite', 'lock.sqlite'].map((name) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(directory, name));
    for (const place of [directory, ...files]) {
        try {
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.accessSync)(place, node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.W_OK);
        }
        catch (error) {
            if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_5__/* .errorCode */ .CA)(error) !== 'EACCES')
                continue;
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_5__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `${place} may not be written by this user`, {
                cause: error,
                next: 'Run the step as the user who owns the repository, or give it to this one (chown).',
            });
        }
    }
}
function explained(directory, open) {
    try {
        return open();
    }
    catch (error) {
        throw (0,_disk_js__WEBPACK_IMPORTED_MODULE_4__/* .isNearlyFull */ .zP)(directory) ? noSpace(error) : error;
    }
}
function noSpace(error) {
    const message = `no space left for the ledger: ${error.message}`;
    return Object.assign(new Error(message, { cause: error }), { code: 'ENOSPC' });
}
function tryLock(lock) {
    try {
        lock.exec('BEGIN EXCLUSIVE');
        return true;
    }
    catch (error) {
        if ((error.errcode ?? 0) % 256 === SQLITE_BUSY)
            return false;
        throw error;
    }
}


/***/ }),

/***/ 9561:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  jr: () => (/* binding */ bug),
  tl: () => (/* binding */ isPost),
  iW: () => (/* binding */ main)
});

// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 16 modules
var core = __nccwpck_require__(3340);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __nccwpck_require__(452);
// EXTERNAL MODULE: ./lib/links.js
var links = __nccwpck_require__(1058);
// EXTERNAL MODULE: ./lib/quantities.js
var quantities = __nccwpck_require__(3682);
// EXTERNAL MODULE: ./lib/record.js
var lib_record = __nccwpck_require__(5894);
// EXTERNAL MODULE: ./lib/report.js + 1 modules
var lib_report = __nccwpck_require__(5055);
// EXTERNAL MODULE: ./lib/settlement.js
var settlement = __nccwpck_require__(5672);
// EXTERNAL MODULE: ./lib/summary.js
var summary = __nccwpck_require__(8847);
// EXTERNAL MODULE: ./lib/tree.js + 1 modules
var lib_tree = __nccwpck_require__(3348);
;// CONCATENATED MODULE: ./lib/ending.js









function finish(report, inputs, coordinator, outcome) {
    const failure = outcome instanceof errors/* TransactionError */.Jn ? outcome : undefined;
    const exitName = failure?.code ?? 'COMMITTED';
    const record = coordinator && (coordinator.record ?? whatIsLeft(coordinator, failure));
    const tree = coordinator?.tree ?? [];
    const success = outcome instanceof errors/* TransactionError */.Jn ? undefined : outcome;
    const isCheck = inputs?.isCheck ?? false;
    const changed = success?.changed ?? (coordinator?.differences.length ?? 0) > 0;
    const pushed = changed && record?.remote != null && record.commit_sha !== null;
    const isDescribed = success && coordinator?.manifestSha256 && record && (changed || !(0,lib_record/* isInPlace */.RS)(record));
    const state = success?.state ?? (exitName === 'ROLLBACK_FAILED' ? (record?.state ?? '') : 'ROLLED_BACK');
    const outputs = [
        ['state', state],
        ['exit-code', errors/* EXIT_CODES */.ai[exitName]],
        ['reason', failure ? (0,lib_report/* oneLine */.TN)(failure.message) : (record?.reason ?? '')],
        ['transaction-id', record?.id ?? inputs?.transactionId ?? ''],
        ['changed', changed],
        ['commit-sha', changed ? (record?.commit_sha ?? '') : ''],
        ['base-sha', record?.base_sha ?? ''],
        ['branch', (0,lib_record/* branchOf */.W0)(record)],
        ['pushed', pushed],
        ['target', record?.target ?? inputs?.target ?? ''],
        [
            'manifest-path',
            isDescribed ? report.keep('manifest', () => coordinator.keepManifest(inputs.temp)) : '',
        ],
        ['manifest-sha256', isDescribed ? coordinator.manifestSha256 : ''],
        [
            'checksums',
            isDescribed
                ? report.keep('checksums', () => (0,lib_report/* writeChecksums */.gD)(inputs.temp, inputs.transactionId, coordinator.checksums))
                : '',
        ],
        ['files', tree.length],
        ['bytes', (0,lib_tree/* totalBytes */.ob)(tree)],
        ['publication', changed && !isCheck ? (record?.publication ?? '') : ''],
        [
            'rollback-ms',
            coordinator?.rollbackMs === undefined || isCheck ? '' : Math.round(coordinator.rollbackMs),
        ],
    ];
    report.setOutputs(outputs);
    const restored = failure ? whatWasRestored(failure, coordinator) : '';
    const headline = failure?.message ?? headlineOf(coordinator, inputs, changed);
    if (failure)
        report.fail(failure, restored);
    else if (isCheck && changed)
        report.warn(`Check: ${record?.reason}.`);
    else if (isCheck)
        report.say(`Check: ${record?.reason}.`);
    else
        report.say(`COMMITTED${changed && record?.commit_sha ? ` ${record.commit_sha}` : ''}: ${headline}`);
    report.summarize((0,summary/* renderSummary */.B)({
        failure,
        success: isCheck
            ? `CHECKED, ${changed ? 'differences were found' : 'up to date'}`
            : `COMMITTED${changed ? '' : ', nothing to change'}`,
        headline,
        restored,
        facts: record && inputs ? factsOf(coordinator, record, inputs, success?.changed ?? false) : [],
        message: success?.changed && !isCheck && record?.commit_sha ? coordinator.message : '',
        phases: report.phases,
        verdicts: report.verdicts,
        tree,
        outputs: outputs.map(([name, value]) => [name, String(value)]),
    }));
    return errors/* EXIT_CODES */.ai[exitName];
}
function named(path, { workspace }) {
    const own = (0,external_node_path_.relative)(workspace, path);
    return own === '' ? 'the working tree' : own.startsWith('..') ? path : own;
}
function headlineOf(coordinator, inputs, changed) {
    const record = coordinator?.record;
    if (!coordinator || !record)
        return 'Nothing had to be done.';
    if (inputs.isCheck)
        return `Nothing was changed: ${record.reason}.`;
    if (record.scope !== null && record.reverts === null)
        return `Restored: ${record.reason}.`;
    if (!changed)
        return (0,lib_record/* isInPlace */.RS)(record) ? 'The operation changed nothing.' : 'What is published is up to date.';
    const where = record.commit_sha === null ? '' : `, on ${(0,lib_record/* branchOf */.W0)(record)}`;
    const there = record.remote === null ? where : `${where} and on ${record.remote}`;
    if (record.reverts !== null)
        return `Transaction ${record.reverts} is reverted${there}.`;
    const { tree, removed } = coordinator;
    const gone = removed.length === 0 ? '' : ` and ${removed.length} removed`;
    const files = `${(0,quantities/* count */.U9)(tree.length, 'file')} (${(0,quantities/* size */.Ej)((0,lib_tree/* totalBytes */.ob)(tree))})${gone}`;
    if ((0,lib_record/* isInPlace */.RS)(record))
        return `Committed what the operation changed, ${files}${there}.`;
    return `Published ${files} in ${named(record.target, inputs)}${there}.`;
}
function whatWasRestored(failure, coordinator) {
    if (failure.code === 'ROLLBACK_FAILED')
        return 'The original state could not be restored or decided.';
    if (coordinator?.rollbackMs === undefined || coordinator.options.isCheck)
        return 'Nothing was changed.';
    const { kept, record } = coordinator;
    const [place, since] = record && (0,lib_record/* isInPlace */.RS)(record) ? ['Working tree', ''] : ['Target', ' before the publish'];
    const what = record?.branch ? `${place}, index and branch are as they were` : `${place} is as it was`;
    const where = kept === '' ? '' : ` What was taken away is kept in this clone (${kept}).`;
    return `${what}${since} (restored in ${(0,quantities/* duration */.p0)(coordinator.rollbackMs)}).${where}`;
}
function whatIsLeft({ session }, failure) {
    if (failure?.code !== 'ROLLBACK_FAILED')
        return undefined;
    return session.settled.findLast(({ ended_at }) => ended_at === null);
}
function factsOf({ session, removed }, record, inputs, changed) {
    const facts = [];
    const isCommitted = changed && record.commit_sha !== null && record.state === 'COMMITTED';
    if (!isCommitted)
        facts.push(['transaction', record.id]);
    if (!isCommitted && !inputs.isCheck)
        facts.push(['task', record.task_id]);
    const pushUrl = isCommitted && record.remote !== null ? session.pushUrl : undefined;
    const link = (name, sha) => {
        const markdown = (0,links/* commitLink */.wn)(sha ?? '', pushUrl);
        if (markdown !== '')
            facts.push([name, { markdown }]);
    };
    facts.push(['target', named(record.target, inputs)]);
    if (record.branch !== null) {
        const pushed = isCommitted && record.remote !== null ? `, pushed to ${record.remote}` : '';
        facts.push(['branch', `${(0,lib_record/* branchOf */.W0)(record)}${pushed}`]);
    }
    if (isCommitted)
        link('commit', record.commit_sha);
    link('base', record.base_sha);
    if (isCommitted && record.tag !== null)
        facts.push(['tag', record.tag.replace('refs/tags/', '')]);
    const [first, ...more] = removed;
    if (first !== undefined)
        facts.push(['removed', `${first}${more.length === 0 ? '' : ` and ${more.length} more`}`]);
    const isPublished = changed && !inputs.isCheck && record.publication !== null;
    if (isPublished)
        facts.push(['published by', record.publication]);
    facts.push(...(0,settlement/* settledRows */.Bl)(session.settled));
    const run = (0,links/* runLink */.ut)();
    if (run !== '')
        facts.push(['run', { markdown: run }]);
    return facts;
}

// EXTERNAL MODULE: ./lib/github.js
var lib_github = __nccwpck_require__(1564);
// EXTERNAL MODULE: ./lib/inputs.js + 1 modules
var lib_inputs = __nccwpck_require__(2835);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
// EXTERNAL MODULE: ./lib/command.js + 1 modules
var lib_command = __nccwpck_require__(2808);
// EXTERNAL MODULE: ./lib/effect.js
var effect = __nccwpck_require__(7322);
// EXTERNAL MODULE: ./lib/ledger.js
var ledger = __nccwpck_require__(2682);
// EXTERNAL MODULE: ./lib/paths.js
var lib_paths = __nccwpck_require__(1307);
;// CONCATENATED MODULE: ./lib/message.js


const NO_CONFIGURATION = {
    GIT_CONFIG_COUNT: '0',
    GIT_CONFIG_NOSYSTEM: '1',
    GIT_CONFIG_GLOBAL: '/dev/null',
    GIT_DIR: '/dev/null/none',
};
const BLANK_LINE = /\n[ \t]*\n/;
const LIKE_A_TRAILER = /^[A-Za-z0-9-]+[ \t]*:/m;
const DIVIDER = /^(?=---(\s|$)|# -{24} >8 -{24}$)/gm;
const RESERVED = 'Reverts-Transaction';
async function readTrailers(git, message) {
    const args = ['interpret-trailers', '--no-divider', '--only-trailers', '--unfold'];
    const lines = await git.run(args, { env: NO_CONFIGURATION, input: message });
    return lines
        .split('\n')
        .filter(Boolean)
        .map((line) => {
        const [key = '', ...rest] = line.split(':');
        return { key: key.trim(), value: rest.join(':').trim() };
    });
}
async function withTrailers(git, text, trailers) {
    const refuse = (message, next) => {
        throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', message, { next });
    };
    if (text.trim() === '')
        refuse('input message is empty; it may hold a subject and a body');
    if (text.includes('\u0000'))
        refuse('input message holds a NUL character; it may hold text');
    for (const [key, value] of Object.entries(trailers)) {
        if (/[\r\n\u0000]/.test(value))
            refuse(`trailer ${key} holds ${(0,lib_paths/* quote */.hD)(value)}; it may hold one line of text`);
    }
    const plain = text.replace(/\r\n?/g, '\n').trim().replace(DIVIDER, ' ');
    const ours = Object.entries(trailers).map(([key, value]) => ({ key, value: value.trim() }));
    const lines = (list) => list.map(({ key, value }) => `${key}: ${value}\n`).join('');
    const alone = `${plain}\n\n${lines(ours)}`;
    const body = plain.slice(plain.search(BLANK_LINE) + 1 || plain.length);
    const own = LIKE_A_TRAILER.test(body) ? await readTrailers(git, `${plain}\n`) : [];
    if (own.length === 0)
        return alone;
    const seen = new Set();
    for (const { key, value } of own) {
        const isSame = (name) => name.toLowerCase() === key.toLowerCase();
        const known = ours.find((one) => isSame(one.key));
        if (known === undefined && !isSame(RESERVED))
            continue;
        if (value === known?.value && !seen.has(known.key)) {
            seen.add(known.key);
            continue;
        }
        refuse(`input message holds the trailer ${(0,lib_paths/* quote */.hD)(`${key}: ${value}`)}, which this action writes itself`, `Leave ${known?.key ?? key} out of the message${known ? ', or give it by its input' : ''}.`);
    }
    const together = `${plain}\n${lines(ours.filter(({ key }) => !seen.has(key)))}`;
    const read = await readTrailers(git, together);
    const isWhole = read.length === own.length + ours.length - seen.size;
    return isWhole ? together : alone;
}

// EXTERNAL MODULE: ./lib/options.js
var lib_options = __nccwpck_require__(1097);
// EXTERNAL MODULE: ./lib/participant.js
var participant = __nccwpck_require__(3574);
// EXTERNAL MODULE: ./lib/parties.js + 14 modules
var parties = __nccwpck_require__(6463);
// EXTERNAL MODULE: ./lib/push-rights.js
var push_rights = __nccwpck_require__(6427);
// EXTERNAL MODULE: ./lib/session.js + 1 modules
var session = __nccwpck_require__(4230);
;// CONCATENATED MODULE: ./lib/base-coordinator.js













class Coordinator {
    options;
    session;
    #transaction;
    #parties;
    #rollbackMs;
    #composed;
    #isReused = false;
    #differences = [];
    constructor(options) {
        this.options = { ...(0,lib_options/* defaults */.N)(), workingDirectory: options.workspace, ...options };
        this.session = new session/* Session */.N(this.options);
    }
    get removed() {
        return [];
    }
    writeManifest(temp, bytes) {
        const path = (0,external_node_path_.join)(temp, `atomic-manifest-${this.options.transactionId}.json`);
        (0,external_node_fs_.writeFileSync)(path, bytes);
        return path;
    }
    get record() {
        return this.#transaction?.record;
    }
    get rollbackMs() {
        return this.#rollbackMs;
    }
    get kept() {
        return '';
    }
    get begun() {
        if (!this.#transaction)
            throw new Error('begin has not been called');
        return this.#transaction;
    }
    get parties() {
        return this.#parties;
    }
    step = async (phase, perform) => {
        this.options.signal?.throwIfAborted();
        const began_at = new Date().toISOString();
        const startedAt = performance.now();
        let failed = 1;
        try {
            const result = await this.options.step(phase, perform);
            failed = 0;
            return result;
        }
        finally {
            this.session.ledger?.notePhase({
                phase,
                began_at,
                milliseconds: performance.now() - startedAt,
                failed,
            });
        }
    };
    async announce(own, root, base) {
        const { options } = this;
        const record = (0,lib_record/* intent */.tf)({
            ...own,
            id: options.transactionId,
            agent_id: options.agentId,
            commit_node: options.commitNode,
            run_url: options.runUrl,
            manifest: options.manifest,
            base_sha: base?.sha ?? null,
            branch_sha: base?.local ?? null,
            tag: options.tag === undefined ? null : `refs/tags/${options.tag}`,
            remote: options.commit && options.push ? options.remote : null,
        });
        const setting = await this.session.setting(root, options.remote, base);
        this.#isReused = this.session.ledger.find(record.id)?.pruned === 0;
        try {
            await this.session.ledger.makeReserve();
            await this.session.ledger.begin(record);
        }
        catch (error) {
            await this.session.ledger.releaseReserve();
            throw error;
        }
        this.#transaction = new participant/* Transaction */.Z(this.session.ledger, record);
        (0,lib_command/* markChildren */.ny)(this.begun.privateDirectory);
        this.#parties = new parties/* Parties */.B(this.#transaction, setting);
        await (0,effect/* effect */.Q)('mkdir private', () => (0,external_node_fs_.mkdirSync)(this.begun.privateDirectory, { recursive: true }));
    }
    get differences() {
        return this.#differences;
    }
    async check(failOnChange) {
        const { differences, say } = await this.step('Compare', () => this.compare());
        this.#differences = differences;
        const changed = differences.length > 0;
        const there = this.options.commit ? 'what is committed' : 'what is published';
        const reason = changed ? say(differences, there) : `the outputs are ${there}`;
        if (changed && failOnChange) {
            throw new errors/* TransactionError */.Jn('CONSISTENCY_VALIDATION_FAILED', reason, { next: this.remedy });
        }
        await this.session.ledger.releaseReserve();
        await this.parties.undo();
        await this.parties.rolledBack(errors/* EXIT_CODES */.ai.COMMITTED, reason);
        return { state: 'ROLLED_BACK', changed };
    }
    async endUnchanged() {
        await this.parties.committed(ledger/* UNCHANGED */.S);
        return { state: 'COMMITTED', changed: false };
    }
    async prepare() {
        const { parties, session, tree: outputs } = this;
        await parties.prepare();
        const limits = await session.limits();
        if (!limits)
            return;
        const { base_sha: base, local_sha: commit } = this.begun.record;
        const pushed = { base: base, commit: commit, target: parties.repository.path, outputs };
        await (0,push_rights/* requirePushable */.We)(session.git, limits, pushed);
        await parties.remote.sendLargeFiles();
    }
    async finish() {
        const { step } = this;
        const { repository, operation, remote, others } = this.parties;
        await step('Commit', async () => {
            for (const participant of others)
                await participant.commit();
            await operation?.commit();
            await repository?.commit();
        });
        if (remote) {
            await step('Push', () => remote.commit());
        }
        await this.parties.committed('committed');
        return { state: 'COMMITTED', changed: true };
    }
    async compose(text, more = {}) {
        const { options } = this;
        const { task_id: taskId, manifest_sha256: manifest } = this.begun.record;
        if (!options.commit)
            return text;
        if (text === this.#composed)
            return text;
        this.#composed = await withTrailers(this.session.git, text, {
            'Task-ID': taskId,
            CommitNode: options.commitNode,
            'Agent-ID': options.agentId,
            'Transaction-ID': options.transactionId,
            'Transaction-Timestamp': options.generatedAt,
            ...(manifest === null ? {} : { 'Manifest-SHA256': manifest }),
            ...more,
        });
        return this.#composed;
    }
    get message() {
        return this.#composed ?? '';
    }
    get provenance() {
        const { transactionId, generatedAt, agentId, commitNode } = this.options;
        const { task_id: taskId, base_sha: baseCommit } = this.begun.record;
        const base = baseCommit === null ? {} : { baseCommit };
        return { transactionId, generatedAt, taskId, agentId, commitNode, ...base };
    }
    get by() {
        return { author: this.options.author, date: Date.parse(this.options.generatedAt) / 1000 };
    }
    async rollback(cause) {
        const parties = this.#parties;
        if (!parties || (0,lib_record/* isTerminal */.Hd)(this.begun.record))
            return undefined;
        const { transaction, repository, remote } = parties;
        const startedAt = performance.now();
        const failure = (0,errors/* asTransactionError */.Bv)(cause, 'the transaction failed');
        try {
            await this.session.ledger.releaseReserve();
            const { state } = transaction.record;
            if (state === 'PUSHING') {
                if (remote.mayLand)
                    throw remote.inDoubt(failure);
                await transaction.update({ state: 'ROLLING_BACK' });
            }
            if (state === 'PUBLISHED' && !remote && (await repository?.inspect()) === 'commit') {
                await parties.committed('committed');
                return { state: 'COMMITTED', changed: true };
            }
            await this.options.step('Undo', () => parties.undo());
            this.#rollbackMs = performance.now() - startedAt;
        }
        catch (error) {
            const undoing = (0,errors/* asTransactionError */.Bv)(error, 'undoing failed');
            throw new errors/* TransactionError */.Jn('ROLLBACK_FAILED', undoing.message, {
                cause: error,
                bug: undoing.bug ?? failure.bug,
                tail: undoing.tail,
                next: undoing.next,
            });
        }
        await parties.rolledBack(errors/* EXIT_CODES */.ai[failure.code], failure.message);
        return undefined;
    }
    async prune() {
        const { record } = this;
        const isGone = this.options.isCheck && !this.#isReused;
        if (isGone && record && (0,lib_record/* isTerminal */.Hd)(record))
            await this.session.forget([record.id]);
        await this.session.prune();
    }
    close() {
        this.#parties?.remote?.place.close();
        this.session.close();
    }
}

// EXTERNAL MODULE: ./lib/replay.js
var replay = __nccwpck_require__(6692);
;// CONCATENATED MODULE: ./lib/differences.js



const LISTED = 10;
function treeDifferences(before, after, except) {
    const old = new Map(before.map((entry) => [entry.path, entry]));
    old.delete(except);
    const found = [];
    for (const entry of after) {
        if (entry.path === except)
            continue;
        const known = old.get(entry.path);
        old.delete(entry.path);
        if (!known)
            found.push({ path: entry.path, how: 'added' });
        else if (!(0,lib_tree/* sameContent */.Cm)(known, entry))
            found.push({ path: entry.path, how: 'changed' });
    }
    return [...found, ...[...old.keys()].map((path) => ({ path, how: 'removed' }))];
}
function changeDifferences(changes) {
    return changes.map(({ path, before, after }) => {
        const how = (0,replay/* isAbsent */.W0)(before) ? 'added' : (0,replay/* isAbsent */.W0)(after) ? 'removed' : 'changed';
        return { path, how };
    });
}
function countDifferences(found) {
    const kinds = ['added', 'changed', 'removed'];
    return kinds.map((kind) => `${found.filter(({ how }) => how === kind).length} ${kind}`).join(', ');
}
function listDifferences(found) {
    return firstOf(found.map(({ path, how }) => `${(0,lib_paths/* quote */.hD)(path)} ${how}`), ', ');
}
function sayDifferences(found, there) {
    const files = found.length === 1 ? '1 file differs' : `${found.length} files differ`;
    return `${files} from ${there}: ${listDifferences(found)}`;
}
function firstOf(texts, separator) {
    const more = texts.length - LISTED;
    return texts.slice(0, LISTED).join(separator) + (more > 0 ? ` and ${more} more` : '');
}

// EXTERNAL MODULE: ./lib/disk.js
var disk = __nccwpck_require__(7486);
// EXTERNAL MODULE: ./lib/manifest.js + 1 modules
var lib_manifest = __nccwpck_require__(1160);
// EXTERNAL MODULE: ./lib/proposal.js + 9 modules
var lib_proposal = __nccwpck_require__(2530);
;// CONCATENATED MODULE: ./lib/comparison.js






async function compare(compared, options) {
    const { path, found, manifest } = await sidesOf(compared, options);
    const own = path === '' ? options.manifest : `${path}/${options.manifest}`;
    const differences = found.filter((one) => one.path !== own);
    const isDescribed = manifest !== undefined && (0,lib_manifest/* describes */.bd)(manifest, compared.seal.manifest);
    if (differences.length > 0 || isDescribed)
        return { differences, say: sayDifferences };
    return { differences: [{ path: own, how: manifest ? 'changed' : 'added' }], say: sayManifest };
}
const sayManifest = (found, there) => `the outputs are ${there}, and their manifest is not, which only a publish writes: ${listDifferences(found)}`;
async function sidesOf({ transaction, session, quarantine, target, seal: { sealed } }, { commit, manifest: name, packing, signal }) {
    const { layout } = session;
    if (!layout || !commit) {
        const tree = (await target.published(signal)) ?? [];
        const path = (0,external_node_path_.join)(transaction.record.target, name);
        const found = treeDifferences(tree, sealed, name);
        return { path: '', found, manifest: (0,disk/* ignoreMissing */.bt)(() => (0,external_node_fs_.readFileSync)(path)) };
    }
    const proposal = new lib_proposal/* Proposal */.J(transaction, { layout, quarantine: quarantine, packing, signal });
    const { changes, manifest } = await proposal.differences(sealed);
    return { path: proposal.path, found: changeDifferences(changes), manifest };
}

// EXTERNAL MODULE: ./lib/object-id.js
var object_id = __nccwpck_require__(9904);
// EXTERNAL MODULE: ./lib/preconditions.js
var preconditions = __nccwpck_require__(5224);
// EXTERNAL MODULE: ./lib/recognition.js
var recognition = __nccwpck_require__(7044);
// EXTERNAL MODULE: ./node_modules/picomatch/index.js
var picomatch = __nccwpck_require__(4006);
// EXTERNAL MODULE: ./lib/globs.js
var lib_globs = __nccwpck_require__(8904);
// EXTERNAL MODULE: ./lib/turns.js
var turns = __nccwpck_require__(8403);
;// CONCATENATED MODULE: ./lib/staging.js










const CHUNK = 1 << 20;
const NOTHING = new Set(['ENOENT', 'ENOTDIR', 'ENAMETOOLONG', 'ELOOP']);
function resolveArtifacts(artifacts, workingDirectory, target) {
    const files = [];
    for (const { source, destination } of artifacts) {
        const absolute = (0,external_node_path_.resolve)(workingDirectory, source);
        const stats = statOf(absolute);
        requireOutsideGit(source, stats ? absolute : (0,external_node_path_.resolve)(workingDirectory, picomatch.scan(source).base));
        if (stats?.isDirectory()) {
            for (const path of withoutPrivate((0,lib_tree/* listFiles */.CS)(absolute), absolute, target)) {
                files.push({ path: within(destination, path), source: (0,external_node_path_.join)(absolute, path) });
            }
        }
        else if (stats) {
            files.push({ path: destination ?? (0,external_node_path_.basename)(absolute), source: absolute });
        }
        else {
            const { base, glob, isGlob } = picomatch.scan(source);
            const root = (0,external_node_path_.resolve)(workingDirectory, base);
            const matches = isGlob ? withoutPrivate(matching([glob], root), root, target) : [];
            if (matches.length === 0) {
                throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `input artifacts holds ${(0,lib_paths/* shortQuote */.tt)(source)}, which matches no file`, {
                    next: `Paths are relative to ${(0,lib_paths/* quote */.hD)(workingDirectory)}. Make the file first, or take the line out.`,
                });
            }
            for (const path of matches)
                files.push({ path: within(destination, path), source: (0,external_node_path_.join)(root, path) });
        }
    }
    return files;
}
function requireOutsideGit(source, place) {
    const real = statOf(place) ? (0,external_node_fs_.realpathSync)(place) : place;
    if (!real.split(external_node_path_.sep).some((name) => name.toLowerCase() === '.git'))
        return;
    throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `input artifacts holds ${(0,lib_paths/* shortQuote */.tt)(source)}, which is in a git directory`, { next: 'Name files that were made to be published.' });
}
function withoutPrivate(paths, root, target) {
    if (paths.length === 0)
        return paths;
    const parent = (0,lib_paths/* wayTo */.bj)((0,external_node_fs_.realpathSync)(root), (0,external_node_path_.dirname)(target));
    const own = `${parent === '' ? '' : `${parent}/`}.${(0,external_node_path_.basename)(target)}.atomic`;
    return paths.filter((path) => {
        const id = path.startsWith(own) ? /^(-[^/]*)?(?=\/)/.exec(path.slice(own.length))?.[0] : undefined;
        return id === undefined || !(0,external_node_fs_.existsSync)((0,external_node_path_.join)(root, own + id, id === '' ? 'ledger.sqlite' : '.gitignore'));
    });
}
function statOf(path) {
    try {
        return (0,external_node_fs_.statSync)(path);
    }
    catch (error) {
        if (!NOTHING.has((0,errors/* errorCode */.CA)(error) ?? ''))
            throw error;
        return undefined;
    }
}
function within(directory, path) {
    return directory === undefined || directory === '' || directory === '.' ? path : `${directory}/${path}`;
}
function matching(globs, root) {
    const isMatch = (0,lib_globs/* globMatcher */.f)(globs);
    const found = (statOf(root)?.isDirectory() && disk/* ignoreMissing */.bt(() => [...(0,lib_tree/* walk */.GG)(root)])) || [];
    return found
        .map(([path]) => path)
        .filter((path) => !path.split('/').includes('.git') && isMatch(path))
        .sort();
}
function resolvePreserved(patterns, target, manifest) {
    return matching(patterns, target)
        .filter((path) => path !== manifest)
        .map((path) => ({ path, source: (0,external_node_path_.join)(target, path), isPreserved: true }));
}
async function stage(staged, files, options = {}) {
    if (files.length === 0)
        return new Map();
    const destinations = new lib_paths/* Destinations */.um();
    for (const path of (0,lib_tree/* listFiles */.CS)(staged))
        destinations.add(path);
    for (const { path } of files)
        destinations.add(path);
    const hashes = new Map();
    let bytes = 0;
    await (0,turns/* inTurns */.g)(files, options.signal, async (file) => {
        const { path, content, source } = file;
        const to = (0,external_node_path_.join)(staged, path);
        (0,external_node_fs_.mkdirSync)((0,external_node_path_.dirname)(to), { recursive: true });
        const written = source === undefined
            ? writeNew(to, Buffer.from(content ?? ''))
            : await copy({ ...file, source }, to, options.signal);
        if (written.sha256)
            hashes.set(path, written.sha256);
        bytes += written.size;
        options.progress?.(hashes.size, bytes);
    });
    return hashes;
}
function writeNew(to, content) {
    const descriptor = (0,external_node_fs_.openSync)(to, 'wx');
    try {
        disk/* writeAll */.f4(descriptor, content);
    }
    finally {
        (0,external_node_fs_.closeSync)(descriptor);
    }
    return { size: content.length, sha256: (0,external_node_crypto_.hash)('sha256', content) };
}
async function copy({ path, source, isPreserved }, to, signal) {
    const stats = (0,external_node_fs_.lstatSync)(source);
    if (stats.isSymbolicLink()) {
        (0,external_node_fs_.symlinkSync)((0,external_node_fs_.readlinkSync)(source, 'buffer'), to);
        return { size: stats.size };
    }
    if (!stats.isFile()) {
        (0,lib_paths/* refuse */.TR)(path, 'its source is a socket, a device, a pipe or a directory');
    }
    const from = disk/* openToRead */.g1(source);
    try {
        const descriptor = (0,external_node_fs_.openSync)(to, 'wx', stats.mode & 0o777);
        const sum = (0,external_node_crypto_.createHash)('sha256');
        try {
            const buffer = Buffer.allocUnsafe(Math.min(CHUNK, Math.max(stats.size + 1, 1)));
            for (let count = (0,external_node_fs_.readSync)(from, buffer); count > 0; count = (0,external_node_fs_.readSync)(from, buffer)) {
                const chunk = buffer.subarray(0, count);
                sum.update(chunk);
                disk/* writeAll */.f4(descriptor, chunk);
                await (0,turns/* turn */.w)(signal);
            }
            if (isPreserved)
                disk/* setMode */.iY(descriptor, stats.mode & 0o777);
        }
        finally {
            (0,external_node_fs_.closeSync)(descriptor);
        }
        const after = (0,external_node_fs_.fstatSync)(from);
        if (stats.mtimeMs !== after.mtimeMs || stats.size !== after.size || stats.ctimeMs !== after.ctimeMs) {
            throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `${(0,lib_paths/* quote */.hD)(source)} changed while it was copied to staging`, {
                next: 'Let the process that writes it end first.',
            });
        }
        return { size: after.size, sha256: sum.digest('hex') };
    }
    finally {
        (0,external_node_fs_.closeSync)(from);
    }
}
function breakHardLink(file) {
    const copyOf = (0,external_node_path_.join)((0,external_node_path_.dirname)(file), `.atomic-copy-${process.pid}`);
    (0,external_node_fs_.copyFileSync)(file, copyOf, external_node_fs_.constants.COPYFILE_EXCL);
    (0,external_node_fs_.renameSync)(copyOf, file);
}

;// CONCATENATED MODULE: ./lib/tree-check.js



function checkTree(root, tree, manifestName) {
    const destinations = new lib_paths/* Destinations */.um();
    destinations.add(manifestName);
    for (const { path, mode } of tree) {
        if (path === manifestName)
            (0,lib_paths/* refuse */.TR)(path, 'it is the name of the manifest, which input manifest gives');
        destinations.add(path);
        if (mode !== '120000')
            continue;
        if ((0,lib_paths/* foldsToGitmodules */.Bj)(external_node_path_.posix.basename(path)))
            (0,lib_paths/* refuse */.TR)(path, 'git takes no symlink of that name');
        const text = (0,external_node_fs_.readlinkSync)((0,external_node_path_.join)(root, path));
        if (/(^|\/)(?!\.{1,2}(\/|$))[^/]+\/(.*\/)?\.\.(\/|$)/.test(text)) {
            (0,lib_paths/* refuse */.TR)(path, `its symlink ${(0,lib_paths/* quote */.hD)(text)} goes down and up again, which other links can turn outside`);
        }
        const pointsTo = external_node_path_.posix.normalize(external_node_path_.posix.join(external_node_path_.posix.dirname(path), text));
        if (external_node_path_.posix.isAbsolute(text) || pointsTo === '..' || pointsTo.startsWith('../')) {
            (0,lib_paths/* refuse */.TR)(path, `it is a symlink to ${(0,lib_paths/* quote */.hD)(text)}, outside the target`);
        }
        try {
            if (pointsTo !== '.')
                (0,lib_paths/* checkPath */.Cg)(pointsTo.replace(/\/$/, ''));
        }
        catch (error) {
            (0,lib_paths/* refuse */.TR)(path, `it is a symlink, and ${error.message}`);
        }
        if (!linkResolves(root, pointsTo))
            (0,lib_paths/* refuse */.TR)(path, `it is a symlink to ${(0,lib_paths/* quote */.hD)(text)}, which does not exist`);
    }
}
function linkResolves(root, path, depth = 0) {
    if (depth > 40)
        return false;
    const names = path.split('/').filter((name) => name !== '' && name !== '.');
    let at = '';
    for (const [index, name] of names.entries()) {
        const next = at === '' ? name : `${at}/${name}`;
        let stats;
        try {
            stats = (0,external_node_fs_.lstatSync)((0,external_node_path_.join)(root, next));
        }
        catch {
            return false;
        }
        if (stats?.isSymbolicLink()) {
            const text = (0,external_node_fs_.readlinkSync)((0,external_node_path_.join)(root, next));
            const rest = names.slice(index + 1);
            const onward = external_node_path_.posix.normalize(external_node_path_.posix.join(external_node_path_.posix.dirname(next), text, ...rest));
            if (external_node_path_.posix.isAbsolute(text) || onward === '..' || onward.startsWith('../'))
                return false;
            return linkResolves(root, onward, depth + 1);
        }
        at = next;
    }
    return true;
}

// EXTERNAL MODULE: ./lib/unchanged.js
var unchanged = __nccwpck_require__(4114);
;// CONCATENATED MODULE: ./lib/seal.js









const UNDISTURBED = 'Let nothing else write to staging, and look at the disk.';
async function seal(staging, sources, options) {
    const { name, provenance, signal, progress, format, compressed, check } = options;
    const take = (id, bytes) => compressed?.add(id, bytes);
    check();
    const tree = await (0,lib_tree/* hashTree */.vz)(staging, { signal, progress, format, take, unshare: breakHardLink });
    checkTree(staging, tree, name);
    const copied = tree.find(({ path, sha256 }) => (sources.get(path) ?? sha256) !== sha256);
    if (copied) {
        throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `${(0,lib_paths/* quote */.hD)(copied.path)} in staging is not what its source held when it was copied`, { next: UNDISTURBED });
    }
    let manifest;
    const write = (take) => {
        manifest = (0,lib_manifest/* writeManifest */.HN)(tree, provenance, take);
    };
    await disk/* createScratch */.Hj((0,external_node_path_.join)(staging, name), write, check);
    const [own] = await (0,lib_tree/* hashTree */.vz)(staging, { only: [name], format, take });
    if (!own || own.sha256 !== manifest?.sha256) {
        throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `${(0,lib_paths/* quote */.hD)(name)} in staging is not what was written`, {
            next: UNDISTURBED,
        });
    }
    const sealed = [...tree, own].sort((one, other) => (one.path < other.path ? -1 : 1));
    return { tree, manifest, sealed, compressed };
}
async function requireSeal(seal, directory, when, signal) {
    const path = await (0,unchanged/* firstDifference */.at)(directory, seal.sealed, signal);
    if (path !== undefined) {
        throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `${(0,lib_paths/* quote */.hD)(path)} changed after it was sealed, ${when}`, {
            next: 'Gates and validation may read the outputs, not write them. Produce everything in run.',
        });
    }
}

// EXTERNAL MODULE: ./lib/target.js + 1 modules
var lib_target = __nccwpck_require__(5836);
;// CONCATENATED MODULE: ./lib/coordinator.js



















class AtomicCommitCoordinator extends Coordinator {
    #sources = new Map();
    #seal;
    #standing;
    #published;
    #strangers = [];
    get #target() {
        return this.parties.target;
    }
    get tree() {
        return this.#seal?.tree ?? [];
    }
    get manifestSha256() {
        return this.#standing ?? this.#seal?.manifest.sha256 ?? '';
    }
    keepManifest(temp) {
        if (this.options.isCheck)
            return this.writeManifest(temp, (0,lib_manifest/* makeManifest */.Ui)(this.tree, this.provenance).bytes);
        return (0,external_node_path_.join)(this.begun.record.target, this.options.manifest);
    }
    get staging() {
        return this.begun.record.staged;
    }
    get checksums() {
        return (0,lib_manifest/* checksums */.vw)(this.tree, { name: this.options.manifest, sha256: this.manifestSha256 });
    }
    async begin(taskId) {
        const { options } = this;
        await this.session.locate();
        const target = (0,preconditions/* resolveTarget */.u1)(options.target, options.workspace, preconditions/* refuseUnkept */.M6);
        const root = this.session.layout?.topLevel ?? (0,external_node_path_.dirname)(target);
        if (options.commit && !(0,preconditions/* isWithin */.UO)(root, target)) {
            throw new errors/* TransactionError */.Jn('OUTPUT_NOT_WRITABLE', `target ${(0,lib_paths/* quote */.hD)(target)} is outside the repository ${root}`, { next: 'Give target a directory inside the repository, or set commit to false.' });
        }
        const path = (0,lib_paths/* wayTo */.bj)(root, target);
        const limits = await this.session.limits();
        if (limits?.noWorkflows)
            (0,push_rights/* refuseWorkflow */.Sc)(path);
        await this.session.open();
        const base = options.commit ? await this.session.readBase() : undefined;
        if (base)
            await (0,preconditions/* requireOwnParents */.JU)(this.session.git, root, path, base.sha);
        const staging = (0,lib_target/* stagingFor */.Bk)(target, options.transactionId);
        (0,preconditions/* requireNames */.kR)(staging, target);
        const own = {
            task_id: taskId,
            target,
            staging,
            staged: (0,external_node_path_.join)((0,lib_target/* workTreeOf */.FY)(staging), (0,external_node_path_.relative)(options.commit ? root : (0,external_node_path_.dirname)(target), target)),
            scope: null,
            reverts: null,
            history: 'single',
            branch: options.isCheck ? null : (base?.branch ?? null),
        };
        await this.announce(own, root, base);
        await this.#target.createStaging(options.atomicity);
        await this.parties.repository?.proposal.checkpoint(this.by);
    }
    get named() {
        return this.parties.repository?.path ?? (0,external_node_path_.basename)(this.begun.record.target);
    }
    async stageChanges(files) {
        const { signal, progress } = this.options;
        this.requireNoSymlink();
        const hashes = await stage(this.staging, files, { signal, progress: progress?.('Staging') });
        for (const [path, sha256] of hashes)
            this.#sources.set(path, sha256);
    }
    async sealStaging() {
        if (this.#seal)
            return this.#seal;
        const { options, begun, session } = this;
        const { base_sha: baseCommit } = begun.record;
        const sealed = await seal(this.staging, this.#sources, {
            ...options,
            name: options.manifest,
            provenance: this.provenance,
            check: this.#target.requireNoSymlink,
            format: baseCommit === null ? undefined : (0,object_id/* formatOf */.b)(baseCommit),
            compressed: await this.parties.repository?.proposal.compressBlobs(),
            progress: options.progress?.('Hashing'),
        });
        if (sealed.tree.length === 0) {
            throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', 'there is nothing to publish: no output is in $ATOMIC_STAGING', { next: 'Let run write below $ATOMIC_STAGING, not into the target, or give artifacts or contents.' });
        }
        await session.ledger.seal(begun.record.id, sealed.tree, sealed.manifest.sha256, recognition/* stampOf */.Z);
        begun.reread();
        this.#seal = sealed;
        return sealed;
    }
    async requireSeal(directory, when) {
        await requireSeal(this.#seal, directory, when, this.options.signal);
    }
    askRemote() {
        this.parties.remote?.place.askAhead(this.options);
    }
    requirePreconditions() {
        const { tree } = this.#seal;
        if (this.session.layout && this.options.commit) {
            (0,preconditions/* requireSpace */.MK)(this.session.layout.commonDirectory, (0,lib_tree/* totalBytes */.ob)(tree), 0, 'the commit');
        }
        (0,preconditions/* requireSpace */.MK)((0,external_node_path_.dirname)(this.begun.record.target), 0, 0, 'publishing');
    }
    requireNoSymlink() {
        this.#target.requireNoSymlink();
    }
    requireSpaceFor(bytes, files) {
        (0,preconditions/* requireSpace */.MK)(this.staging, bytes, files, 'staging');
    }
    async isPublished() {
        const { repository, remote } = this.parties;
        await repository?.proposal.checkpoint(this.by);
        this.requireNoSymlink();
        const tree = await this.#target.published(this.options.signal);
        this.#published = tree;
        this.begun.note({ old_digest: tree ? (0,lib_tree/* digestOf */.ol)(tree) : '' });
        const { manifest, say } = this.options;
        const found = treeDifferences(tree ?? [], this.#seal.sealed, manifest);
        if (repository?.proposal.isClean === false) {
            const ref = this.begun.ref('pre-op');
            say(`The target holds what git does not have. It is kept in this clone: git show --stat ${ref}`);
        }
        say(`Against what is published: ${countDifferences(found)}.`);
        const isOwn = tree?.some(({ path }) => path === manifest) ?? true;
        const links = (repository?.proposal.submodules ?? []).map((path) => ({ path, how: 'removed' }));
        this.#strangers = [...(isOwn ? [] : found.filter(({ how }) => how === 'removed')), ...links];
        const outputs = tree?.filter((entry) => entry.path !== manifest) ?? [];
        if (!tree || !(0,lib_tree/* sameTree */.PQ)(outputs, this.#seal.tree))
            return false;
        const bytes = (0,disk/* ignoreMissing */.bt)(() => (0,external_node_fs_.readFileSync)((0,external_node_path_.join)(this.begun.record.target, manifest)));
        if (!bytes || !(0,lib_manifest/* describes */.bd)(bytes, this.#seal.manifest) || repository?.proposal.isClean === false) {
            say('They stand there already, and not as a run has published and committed them: that is done now.');
            return false;
        }
        const isThere = remote
            ? await remote.carries(repository.path)
            : ((await repository?.carriesRefs()) ?? true);
        if (isThere)
            this.#standing = (0,external_node_crypto_.hash)('sha256', bytes);
        else
            say(`The base commit has the outputs, and not every ref that is to carry them${remote ? ' on the remote' : ''}.`);
        return isThere;
    }
    get strangers() {
        return this.#strangers;
    }
    compare() {
        const compared = {
            transaction: this.begun,
            session: this.session,
            quarantine: this.parties.quarantine,
            target: this.#target,
            seal: this.#seal,
        };
        return compare(compared, this.options);
    }
    get remedy() {
        if (!this.options.commit)
            return 'Let this step run with mode publish.';
        return 'Let this step run with mode publish on the branch. See docs/publishing.md, "Checks on pull requests".';
    }
    async commit(message, validate) {
        const { step } = this;
        const transaction = this.begun;
        const { repository } = this.parties;
        await this.sealStaging();
        if (transaction.record.old_digest === null)
            await this.isPublished();
        await step('Prepare the commit', async () => {
            (0,preconditions/* requireRemovable */.PB)(transaction.record.target, this.#published ?? []);
            this.#requireOtherManifest();
            const metadata = { ...this.by, message: await this.compose(message) };
            repository?.proposal.describe([metadata], this.#seal, this.options.progress?.('Packing'));
            await this.prepare();
        });
        await step('Publish', async () => {
            await this.requireSeal(this.staging, 'before it was published');
            await transaction.update({ state: 'PUBLISHING' });
            await this.#target.commit();
            await transaction.update({ state: 'PUBLISHED' });
            this.options.say(`Published by ${transaction.record.publication}.`);
            await this.#requireUntouched();
            this.requireNoSymlink();
            await this.requireSeal(transaction.record.target, 'while it was published');
        });
        if (validate) {
            await step('Validate', async () => {
                await validate();
                await this.requireSeal(transaction.record.target, 'by the validation');
            });
        }
        return this.finish();
    }
    #requireOtherManifest() {
        const { manifest: name, transactionId } = this.options;
        const standing = this.#published?.find(({ path }) => path === name);
        if (standing?.sha256 !== this.#seal.manifest.sha256)
            return;
        throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `transaction ${transactionId} has published this manifest before, and the files at the target are others now`, { next: 'Give another transaction-id, or none.' });
    }
    async #requireUntouched() {
        const previous = this.#target.previous;
        if (previous === undefined)
            return;
        const path = await (0,unchanged/* firstDifference */.at)(previous, this.#published, this.options.signal);
        if (path === undefined)
            return;
        throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `${(0,lib_paths/* quote */.hD)(path)} in the target was changed by another process while this transaction ran`, { next: 'Its change was kept. Let nothing else write to the target, and run again.' });
    }
}

// EXTERNAL MODULE: ./lib/head.js
var head = __nccwpck_require__(5005);
// EXTERNAL MODULE: ./lib/layout.js
var layout = __nccwpck_require__(9449);
;// CONCATENATED MODULE: ./lib/operation-coordinator.js










class OperationCoordinator extends Coordinator {
    #tree = [];
    #manifest;
    #trailers = {};
    #kept = '';
    #removed = [];
    get operation() {
        return this.parties.operation;
    }
    addTrailers(trailers) {
        Object.assign(this.#trailers, trailers);
    }
    compose(text, more = {}) {
        return super.compose(text, { ...this.#trailers, ...more });
    }
    async endRolledBack(reason, changed) {
        if (changed)
            await (0,disk/* syncFileSystems */.O9)(...(0,layout/* placesOf */.ek)(this.session.layout));
        await this.parties.committed(reason);
        return { state: 'COMMITTED', changed };
    }
    get tree() {
        return this.#tree;
    }
    get removed() {
        return this.#removed;
    }
    get checksums() {
        return (0,lib_manifest/* checksums */.vw)(this.#tree, undefined);
    }
    get manifestPath() {
        return this.begun.path(this.options.manifest);
    }
    get privateDirectory() {
        return this.begun.privateDirectory;
    }
    async rollback(cause) {
        const outcome = await super.rollback(cause);
        if (this.rollbackMs !== undefined) {
            this.#kept = await this.operation.kept().catch(() => '');
        }
        return outcome;
    }
    get kept() {
        return this.#kept;
    }
    async begin(taskId, message) {
        const { options } = this;
        await this.session.locate();
        await this.session.limits();
        await this.session.open();
        const base = await this.session.readBase();
        const { topLevel } = this.session.layout;
        const isCheckedOut = base.local !== '' && base.branch === (base.current ?? head/* DETACHED */.DI);
        if (!isCheckedOut) {
            throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `${options.scope === null ? 'without a target' : 'in a rollback'} the branch to move must be the one that is checked out, and HEAD is elsewhere`, {
                next: `Check that branch out${options.scope === null ? ', or give target the directory to publish' : ''}.`,
            });
        }
        const reverts = this.#trailers['Reverts-Transaction'] ?? null;
        const own = {
            task_id: taskId,
            target: topLevel,
            staging: '',
            staged: '',
            history: options.scope === null || reverts !== null ? options.history : 'single',
            scope: options.scope,
            reverts,
            branch: base.branch,
        };
        await this.announce(own, topLevel, base);
        await this.operation.checkpoint(this.by);
        if (own.history === 'phases' && !options.isCheck)
            await this.operation.mark(await this.#phase('PRE-OP', message));
    }
    async #phase(phase, message) {
        return { ...this.by, message: await this.compose(`${phase}: ${message}`, { Phase: phase }) };
    }
    async seal(seed = 'index.pre-op') {
        const { options } = this;
        await this.operation.snapshot(this.by, seed);
        const changes = await this.operation.changes();
        this.#removed = changes.filter(({ after }) => (0,replay/* isAbsent */.W0)(after)).map(({ path }) => path);
        const only = changes.filter(({ after }) => /^1[02]/.test(after.mode)).map(({ path }) => path);
        for (const path of only)
            if (path.includes('\ufffd'))
                (0,lib_paths/* checkPath */.Cg)(path);
        this.#tree = await (0,lib_tree/* hashTree */.vz)(this.begun.record.target, {
            only: only.sort(),
            signal: options.signal,
            progress: options.progress?.('Hashing'),
        });
        this.#manifest = (0,lib_manifest/* makeManifest */.Ui)(this.#tree, this.provenance);
        await (0,disk/* createFile */.x3)(this.manifestPath, this.#manifest.bytes);
        await this.session.ledger.seal(options.transactionId, this.#tree, this.#manifest.sha256);
        this.begun.reread();
        return changes.length;
    }
    get manifestSha256() {
        return this.#manifest?.sha256 ?? '';
    }
    keepManifest(temp) {
        return this.writeManifest(temp, this.#manifest.bytes);
    }
    requireSeal(when) {
        return this.operation.requireUnchanged(when);
    }
    async validate(validate) {
        if (!validate)
            return;
        await this.step('Validate', async () => {
            await validate();
            await this.requireSeal('by the validation');
        });
    }
    async compare() {
        return { differences: changeDifferences(await this.operation.changes()), say: sayDifferences };
    }
    get remedy() {
        return 'Run the command of this step, or the step with mode publish, on the branch and commit what it changes.';
    }
    async isUnchanged() {
        const { repository, remote } = this.parties;
        if ((await this.operation.changes()).length > 0)
            return false;
        return remote ? remote.carries(undefined) : repository.carriesRefs();
    }
    async endUnchanged() {
        await this.parties.undo();
        return super.endUnchanged();
    }
    async commit(message, validate) {
        const transaction = this.begun;
        const repository = this.parties.repository;
        await this.step('Prepare the commit', async () => {
            repository.proposal.describe(transaction.record.history === 'phases'
                ? [await this.#phase('OP-EXEC', message), await this.#phase('POST-OP', message)]
                : [{ ...this.by, message: await this.compose(message) }]);
            await this.prepare();
        });
        await this.validate(validate);
        await transaction.update({ state: 'PUBLISHED' });
        return this.finish();
    }
}

;// CONCATENATED MODULE: ./lib/history.js


async function revertOf(session, id) {
    const { git } = session;
    let by = session.ledger.findRevertOf(id)?.id ?? '';
    if (by === '') {
        const commit = await commitOf(git, id, 'Reverts-Transaction');
        by = commit === '' ? '' : await trailerOf(git, commit, 'Transaction-ID');
    }
    return by === '' || by === id || (await revertOf(session, by)) !== '' ? '' : by;
}
async function commitOf(git, id, key = 'Transaction-ID') {
    const format = `--format=%H %(trailers:key=${key},valueonly,separator=%x20)`;
    const search = ['log', '--no-show-signature', format, '--fixed-strings', `--grep=${key}: ${id}`];
    const result = await git.try([...search, 'HEAD']);
    const lines = result.stdout.toString().split('\n');
    return lines.find((line) => line.split(' ').slice(1).includes(id))?.split(' ')[0] ?? '';
}
async function trailerOf(git, commit, key) {
    const format = `--format=%(trailers:key=${key},valueonly,unfold)`;
    return (await git.run(['log', '-1', '--no-show-signature', format, commit])).trim();
}
async function baseOf(git, commit, id) {
    if ((await trailerOf(git, commit, 'Phase')) === '')
        return (0,layout/* commitAt */.du)(git, `${commit}^`);
    const search = ['log', '-1', '--no-show-signature', '--format=%H', '--fixed-strings', '--all-match'];
    const first = await git.run([...search, `--grep=Transaction-ID: ${id}`, '--grep=Phase: PRE-OP', commit]);
    return first === '' ? '' : (0,layout/* commitAt */.du)(git, `${first}^`);
}
async function changedBy(git, path, commit) {
    const isInHead = (await (0,replay/* treeDiff */.Kp)(git, commit, 'HEAD')).some((change) => change.path === path);
    if (!isInHead)
        return '';
    const format = '--format=%(trailers:key=Transaction-ID,valueonly,separator=%x20)';
    const log = ['--literal-pathspecs', 'log', '-1', '--min-parents=1', '--no-show-signature', format];
    const { stdout } = await git.try([...log, `${commit}..HEAD`, '--', path]);
    return /^[\w.-]+$/.exec(stdout.toString().trim())?.[0] ?? '';
}

// EXTERNAL MODULE: ./lib/restoration.js
var lib_restoration = __nccwpck_require__(535);
;// CONCATENATED MODULE: ./lib/rollback.js











const CHECKPOINTS = ['post-op', 'op-exec', 'pre-op'];
function refuse(message, next) {
    return new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', message, { next });
}
function isOfAnother(id, target) {
    return refuse(`transaction ${id} published something else than target ${(0,lib_paths/* quote */.hD)(target)}`, 'Leave target out, or leave rollback-to empty for the latest transaction of this target.');
}
function requireOwnTree(record, topLevel) {
    const root = (0,session/* rootOf */.I)(record);
    if (root === topLevel || !(0,external_node_fs_.existsSync)(root))
        return;
    throw refuse(`transaction ${record.id} ran in the working tree ${(0,lib_paths/* quote */.hD)(root)}`, 'Run this step there.');
}
async function rollBack(coordinator, inputs, report, steps) {
    const { session, options } = coordinator;
    await session.locate();
    await coordinator.step('Recover', () => session.open());
    await steps.readResults();
    const { rollbackPaths: paths, taskId } = inputs;
    const scope = inputs.scope;
    const target = inputs.isInPlace ? undefined : (0,preconditions/* resolveTarget */.u1)(inputs.target, inputs.workspace);
    const goal = await findGoal(coordinator, inputs, target);
    const { record } = goal;
    const isCommitted = record?.state === 'COMMITTED' && record.commit_sha !== null;
    if (scope === 'operation' && (isCommitted || record === undefined)) {
        return revert(coordinator, inputs, { ...goal, target }, report, steps);
    }
    if (target !== undefined && record === undefined) {
        throw refuse(`input rollback-to holds ${(0,lib_paths/* quote */.hD)(goal.name)}, and what that published is not known in this clone`, 'Leave target out, or set rollback-scope to operation.');
    }
    if (target !== undefined && record?.target !== target)
        throw isOfAnother(record.id, target);
    if (record)
        requireOwnTree(record, session.layout.topLevel);
    if (scope === 'phase' && isCommitted) {
        throw refuse(`transaction ${record.id} is committed: its last phase cannot be taken back`, 'Set rollback-scope to operation: it reverts the whole by a new transaction.');
    }
    await coordinator.step('PRE-OP', () => coordinator.begin(taskId, `rollback to ${goal.name}`));
    steps.noteResults();
    const ofTarget = record && !(0,lib_record/* isInPlace */.RS)(record) ? [(0,lib_paths/* wayTo */.bj)(session.layout.topLevel, record.target)] : [];
    const own = scope === 'paths' ? paths : ofTarget;
    const { restoration } = coordinator.operation;
    const changed = await coordinator.step('Roll back', async () => {
        if (scope === 'emergency') {
            const isElsewhere = await restoration.resetTo(goal.commit);
            report.say(`The branch was at ${coordinator.record.base_sha}, and is at ${goal.commit} now.`);
            return isElsewhere;
        }
        if (scope === 'paths')
            await requirePaths(coordinator, goal, paths);
        else
            await requireHead(coordinator, goal);
        const changes = await restoration.differences(goal.commit, own);
        await restoration.include(changes);
        await restoration.write(changes);
        const isWhole = scope !== 'paths' && goal.name.endsWith('/pre-op') && own.length === 0;
        if (isWhole)
            await restoration.restoreStaged(goal.commit);
        report.say(`Put back to ${goal.name}: ${(0,quantities/* count */.U9)(changes.length, 'path')}.`);
        return changes.length > 0;
    });
    const done = `rolled back to ${goal.name}`;
    if (!changed)
        return coordinator.endRolledBack(`${done}, where all was already`, false);
    const ref = `refs/atomic/${options.transactionId}/${scope === 'emergency' ? 'emergency' : 'pre-op'}`;
    const kept = `what stood there is kept in this clone (git diff --stat HEAD ${ref})`;
    report.say(`${kept[0].toUpperCase()}${kept.slice(1)}.`);
    return coordinator.endRolledBack(`${done}; ${kept}`, true);
}
async function findGoal({ session }, { rollbackTo: to, scope }, target) {
    const { git } = session;
    const ledger = session.ledger;
    const [, id = to, checkpoint] = /^(?:refs\/atomic\/)?([^/]+)\/(pre-op|op-exec|post-op|emergency)$/.exec(to ?? '') ?? [];
    const record = id === undefined ? await findLatest(session, scope, target) : ledger.find(id);
    if (record === undefined && checkpoint === undefined) {
        const commit = to === undefined ? '' : (await (0,layout/* commitAt */.du)(git, to)) || (await commitOf(git, to));
        if (commit !== '')
            return { commit, name: to, record: undefined };
        throw refuse(to === undefined
            ? `there is no committed transaction${target === undefined ? '' : ` of target ${(0,lib_paths/* quote */.hD)(target)}`} in this clone that still stands`
            : `input rollback-to holds ${(0,lib_paths/* quote */.hD)(to)}, which is no transaction of this clone, no checkpoint and no commit`, 'In a fresh clone, as of every runner, give its id or its commit (outputs transaction-id and commit-sha), and check ' +
            'out with fetch-depth: 0. In this clone git for-each-ref refs/atomic lists them, with checkpoints as ID/pre-op.');
    }
    const owner = id ?? record.id;
    const names = checkpoint === undefined ? await checkpointsFor(session, owner, scope) : [checkpoint];
    for (const name of names) {
        const commit = await (0,layout/* commitAt */.du)(git, `refs/atomic/${owner}/${name}`);
        if (commit !== '')
            return { commit, name: `${owner}/${name}`, record };
    }
    if (record?.branch === null) {
        throw refuse(`transaction ${record.id} has no checkpoint: it made no commit`, 'With commit: false nothing of what was replaced is kept.');
    }
    throw refuse(`transaction ${owner} has no checkpoint ${names.join(' or ')} any more`, 'Checkpoints are kept for the last transactions only (input checkpoints). Give a commit.');
}
async function findLatest(session, scope, target) {
    for (const record of session.ledger.latest(scope !== 'phase', target))
        if (scope === 'phase' || (await revertOf(session, record.id)) === '')
            return record;
    return undefined;
}
async function checkpointsFor({ git }, id, scope) {
    if (scope !== 'phase')
        return ['pre-op'];
    for (const [index, name] of CHECKPOINTS.entries()) {
        if ((await (0,layout/* commitAt */.du)(git, `refs/atomic/${id}/${name}`)) !== '')
            return [...CHECKPOINTS.slice(index + 1), 'pre-op'];
    }
    return ['pre-op'];
}
async function requirePaths({ session, record }, { commit, name }, paths) {
    for (const path of paths.filter((one) => one !== '.')) {
        const list = ['ls-tree', '--name-only', '--full-tree'];
        const found = await Promise.all([commit, record.preop_sha].map((tree) => session.git.try(['--literal-pathspecs', ...list, tree, '--', path])));
        if (found.some(({ exitCode, stdout }) => exitCode === 0 && stdout.length > 0))
            continue;
        throw refuse(`input rollback-paths holds ${(0,lib_paths/* quote */.hD)(path)}, which neither ${name} nor the working tree has`, 'Give files and directories relative to the top level.');
    }
}
async function requireHead({ session, record }, { commit, name }) {
    const parents = await session.git.run(['rev-list', '--max-count=1', '--parents', commit]);
    const [, preOp = ''] = parents.split(' ');
    const bases = [commit, preOp, preOp && (await (0,layout/* commitAt */.du)(session.git, `${preOp}^`))];
    if (bases.includes(record.base_sha))
        return;
    throw refuse(`the branch is at ${record.base_sha} now, and ${name} was made on another commit`, 'Restore single files with rollback-scope paths, or put everything at a commit with emergency.');
}
async function revert(coordinator, inputs, goal, report, steps) {
    const { session } = coordinator;
    const { git } = session;
    const commit = goal.record?.local_sha ?? goal.commit;
    const id = goal.record?.id ?? (await trailerOf(git, commit, 'Transaction-ID'));
    const base = goal.record?.base_sha ?? (await baseOf(git, commit, id));
    if (id === '' || base === '') {
        throw refuse(`input rollback-to holds ${(0,lib_paths/* quote */.hD)(goal.name)}, a commit that ${id === '' ? 'is not of a transaction' : 'is at the edge of this shallow clone'}`, 'Give a commit that carries the trailer Transaction-ID, and check out with fetch-depth: 0.');
    }
    const earlier = await revertOf(session, id);
    if (earlier !== '') {
        throw refuse(`transaction ${id} was reverted by ${earlier} already`, `To bring it back, give rollback-to ${earlier}.`);
    }
    coordinator.addTrailers({ 'Reverts-Transaction': id });
    const text = inputs.commitMessage ?? `revert: ${id} for ${inputs.taskId}`;
    await coordinator.step('PRE-OP', () => coordinator.begin(inputs.taskId, text));
    steps.noteResults();
    await coordinator.step('OP-EXEC', async () => {
        const { restoration } = coordinator.operation;
        const taken = await restoration.inverse(base, commit);
        const { target } = goal;
        const isOwn = ({ path }) => target === undefined || (0,preconditions/* isWithin */.UO)(target, (0,external_node_path_.join)(session.layout.topLevel, path));
        if (!taken.every(isOwn))
            throw isOfAnother(id, target);
        await restoration.include(taken);
        await requireUntouched(coordinator, taken, commit, id);
        await restoration.write(taken);
        report.say(`Put back to before transaction ${id}: ${(0,quantities/* count */.U9)(await coordinator.seal(lib_restoration/* WRITTEN */.Sg), 'path')}.`);
        requireWhole(id, taken, await coordinator.operation.changes());
    });
    if (await coordinator.isUnchanged())
        return coordinator.endUnchanged();
    return coordinator.commit(text);
}
function requireWhole(id, taken, made) {
    const sideOf = ({ after }) => `${after.mode} ${after.id}`;
    const left = new Map(taken.map((change) => [change.path, sideOf(change)]));
    const other = made.find((change) => left.get(change.path) !== sideOf(change));
    for (const { path } of made)
        left.delete(path);
    const path = other?.path ?? left.keys().next().value;
    if (path === undefined)
        return;
    throw refuse(`transaction ${id} cannot be reverted here: ${(0,lib_paths/* quote */.hD)(path)} does not become what it was before`, 'A submodule is moved by its own commit; else revert in a clone that leaves nothing out, and with no filter in between.');
}
async function requireUntouched({ operation, session }, taken, commit, id) {
    const changed = await operation.restoration.firstTouched(taken, commit);
    if (changed === undefined)
        return;
    const later = await changedBy(session.git.at(session.layout.topLevel), changed, commit);
    const [by, first] = ['', id].includes(later)
        ? ['', 'Take that change']
        : [` by transaction ${later}`, `Roll ${later}`];
    throw refuse(`transaction ${id} cannot be reverted: ${(0,lib_paths/* quote */.hD)(changed)} was changed since${by}`, `${first} back first, or restore single files with rollback-scope paths.`);
}

// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __nccwpck_require__(8500);
;// CONCATENATED MODULE: ./lib/check-run.js



const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 10_000;
async function awaitCheck(question) {
    const { name, sha, read, timeoutMs, say, signal } = question;
    const check = `check ${(0,lib_paths/* quote */.hD)(name)} on ${sha}`;
    const deadline = Date.now() + timeoutMs;
    for (let waitMs = FIRST_WAIT_MS;; waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2)) {
        const runs = await read();
        const no = runs.find(({ status, conclusion }) => status === 'completed' && conclusion !== 'success');
        if (no)
            return [false, `${check} concluded with ${(0,lib_paths/* quote */.hD)(no.conclusion ?? 'nothing')}`];
        const open = runs.filter(({ status }) => status !== 'completed').length;
        if (runs.length > 0 && open === 0)
            return [true, `${check} concluded with success (${runs.length} runs)`];
        const state = runs.length === 0 ? 'has no run' : `has ${open} of ${runs.length} runs under way`;
        const leftMs = deadline - Date.now();
        if (leftMs <= 0)
            return [false, `${check} ${state} after gate-timeout (${(0,quantities/* duration */.p0)(timeoutMs)})`];
        say(`${check} ${state}: waiting, ${Math.ceil(leftMs / 1000)} s at most.`);
        await (0,promises_.setTimeout)(Math.min(waitMs, leftMs), undefined, { signal });
    }
}

// EXTERNAL MODULE: ./lib/json.js
var json = __nccwpck_require__(6413);
;// CONCATENATED MODULE: ./lib/gates.js







const FAILURES = {
    consistency: 'CONSISTENCY_VALIDATION_FAILED',
    message: 'MESSAGE_VALIDATION_FAILED',
    validation: 'ATOMIC_COMMIT_FAILED',
};
const MAY = 'it may be PASS, success, check:NAME, or the path of a JSON file or SARIF log';
const MAX_RESULT_BYTES = 256 * 1024 * 1024;
const isYes = (value) => typeof value === 'string' && /^(pass|success)$/i.test(value);
function requireYes({ gate, passed, reason, tail, source }) {
    if (passed)
        return;
    const [judge, short] = gate === 'validation' ? [gate, gate] : [`${gate} gate`, 'gate'];
    const isLate = /\bgate-timeout \(/.test(reason);
    throw new errors/* TransactionError */.Jn(FAILURES[gate], `the ${judge} says no: ${reason}`, {
        tail,
        next: isLate
            ? `Raise gate-timeout, or see why input ${source} takes so long.`
            : `Mend what the ${short} found (input ${source}) and run again.`,
    });
}
function judgeResult(gate, input, workingDirectory) {
    if (input.result === undefined)
        return undefined;
    return verdictOf(gate, readResult(input.result.trim(), workingDirectory));
}
function namedCheck({ result }) {
    return /^check:(.+)/s.exec((result ?? '').trim())?.[1]?.trim() || undefined;
}
function verdictOf(gate, [passed, reason]) {
    return { gate, source: `${gate}-result`, passed, reason, tail: [] };
}
function judgeCommand(gate, result) {
    const source = `${gate}-command`;
    const passed = result.failure === undefined;
    const reason = `${source} ${result.failure ?? 'ended with exit code 0'}`;
    return { gate, source, passed, reason, tail: result.tail };
}
function readResult(value, workingDirectory) {
    if (value === '')
        return [false, `the result is empty, as an expression is that names nothing: ${MAY}`];
    const shown = (0,lib_paths/* shortQuote */.tt)(value);
    if (isYes(value))
        return [true, `the result is ${shown}`];
    const path = (0,external_node_path_.resolve)(workingDirectory, value);
    const size = sizeOfFile(path);
    if (size === undefined) {
        return [false, `the result is ${shown}, which is no file here either: ${MAY}`];
    }
    if (size > MAX_RESULT_BYTES)
        return [false, `${shown} is larger than 256 MiB`];
    let document;
    try {
        document = (0,json/* parseJson */.q)((0,external_node_fs_.readFileSync)(path, 'utf8').replace(/^\ufeff/, ''));
    }
    catch (error) {
        return [false, `${shown} cannot be read as JSON: ${(0,lib_report/* oneLine */.TN)(error.message)}`];
    }
    const [passed, reason] = judgeDocument(document);
    return [passed, `${shown}: ${reason}`];
}
function sizeOfFile(path) {
    try {
        const stats = (0,external_node_fs_.statSync)(path);
        return stats.isFile() ? stats.size : undefined;
    }
    catch {
        return undefined;
    }
}
function judgeDocument(document) {
    if (!(0,json/* isObject */.G)(document))
        return [false, 'it is not a JSON object'];
    if ('runs' in document)
        return judgeSarif(document);
    const members = ['result', 'status'].filter((name) => Object.hasOwn(document, name));
    if (members.length === 0)
        return [false, 'it has neither a "result" nor a "status" member, and is no SARIF log'];
    const no = members.find((name) => !isYes(document[name]));
    if (no)
        return [false, `"${no}" is ${quoteValue(document[no])}`];
    return [true, members.map((name) => `"${name}" is ${quoteValue(document[name])}`).join(' and ')];
}
const quoteValue = (value) => (0,lib_paths/* shortQuote */.tt)(typeof value === 'string' ? value : (JSON.stringify(value) ?? ''));
const HARMLESS = new Set(['none', 'note', 'warning']);
const HARMLESS_KINDS = new Set(['pass', 'open', 'informational', 'notApplicable', 'review']);
function judgeSarif(log) {
    if (log['version'] !== '2.1.0') {
        return [false, `it is SARIF version ${quoteValue(log['version'])}; only 2.1.0 is read`];
    }
    const { runs } = log;
    if (!Array.isArray(runs) || runs.length === 0)
        return [false, 'the SARIF log holds no run'];
    let results = 0;
    for (const run of runs) {
        if (!(0,json/* isObject */.G)(run))
            return [false, 'a run of the SARIF log is not an object'];
        const { results: found, invocations = [] } = run;
        if (!Array.isArray(found))
            return [false, 'a run of the SARIF log has no results: it was not completed'];
        if (!Array.isArray(invocations))
            return [false, 'the invocations of a SARIF run are not a list'];
        if (!invocations.every(hasSucceeded)) {
            return [false, 'a run of the SARIF log says that the tool did not succeed'];
        }
        for (const result of found) {
            if (!(0,json/* isObject */.G)(result))
                return [false, 'a result of the SARIF log is not an object'];
            const { kind = 'fail' } = result;
            if (kind !== 'fail' && !HARMLESS_KINDS.has(kind))
                return [false, `SARIF result of kind ${quoteValue(kind)}: ${describe(result)}`];
            const level = levelOf(result, run);
            if (!HARMLESS.has(level))
                return [false, `SARIF result of level ${quoteValue(level)}: ${describe(result)}`];
            results += 1;
        }
    }
    return [true, `SARIF log without errors (${(0,quantities/* count */.U9)(results, 'result')})`];
}
const hasSucceeded = (invocation) => (0,json/* isObject */.G)(invocation) && [undefined, true].includes(invocation['executionSuccessful']);
function levelOf(result, run) {
    if (result['level'] !== undefined)
        return result['level'];
    if (HARMLESS_KINDS.has(result['kind']))
        return 'none';
    const reference = object(result['rule']);
    const id = result['ruleId'] ?? reference['id'];
    const index = result['ruleIndex'] ?? reference['index'];
    const isRule = (rule, at) => (index !== undefined && at === index) ||
        (typeof id === 'string' &&
            typeof rule['id'] === 'string' &&
            (rule['id'] === id || id.startsWith(`${rule['id']}/`)));
    const tool = object(run['tool']);
    const components = [object(tool['driver']), ...objects(tool['extensions'])];
    const defaults = components.flatMap((component) => objects(component['rules'])
        .filter((rule, at) => isRule(rule, at))
        .map((rule) => object(rule['defaultConfiguration'])));
    const overrides = objects(run['invocations'])
        .flatMap((invocation) => objects(invocation['ruleConfigurationOverrides']))
        .filter((override) => isRule(object(override['descriptor']), object(override['descriptor'])['index']))
        .map((override) => object(override['configuration']));
    const levels = [...defaults, ...overrides].map((configuration) => configuration['level']);
    const harmful = levels.filter((level) => level !== undefined && !HARMLESS.has(level));
    return harmful.length > 0 ? harmful[0] : 'warning';
}
const object = (value) => ((0,json/* isObject */.G)(value) ? value : {});
const objects = (value) => (Array.isArray(value) ? value.map(object) : []);
function describe(result) {
    const message = (0,json/* isObject */.G)(result['message']) ? result['message']['text'] : undefined;
    return [result['ruleId'], message]
        .filter((part) => typeof part === 'string')
        .map((part) => (0,lib_paths/* quote */.hD)(part.slice(0, 300)))
        .join(' ');
}

;// CONCATENATED MODULE: ./lib/shell.js






const SHELLS = {
    bash: { command: 'bash --noprofile --norc -eo pipefail {0}', extension: '.sh' },
    sh: { command: 'sh -e {0}', extension: '.sh' },
    pwsh: { command: 'pwsh -command . {0}', extension: '.ps1' },
    powershell: { command: 'powershell -command . {0}', extension: '.ps1' },
    python: { command: 'python {0}', extension: '.py' },
    node: { command: 'node {0}', extension: '.mjs' },
};
const RUNNER_FILES = ['GITHUB_OUTPUT', 'GITHUB_STATE', 'GITHUB_ENV', 'GITHUB_PATH', 'GITHUB_STEP_SUMMARY'];
const WITHHELD = /^(INPUT_|STATE_|ATOMIC_FUSE|ACTIONS_RUNTIME_)/;
const TAIL_LINES = 30;
async function runUserCommand(command) {
    const directory = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)(command.temp, 'atomic-publish-'));
    try {
        const { command: template, extension } = SHELLS[command.shell] ?? {
            command: command.shell,
            extension: '',
        };
        const script = (0,external_node_path_.join)(directory, `script${extension}`);
        (0,external_node_fs_.writeFileSync)(script, command.script);
        const words = template.split(/\s+/).filter(Boolean);
        if (!template.includes('{0}'))
            words.push('{0}');
        const [file, ...args] = words.map((word) => word.replace('{0}', () => script));
        const tail = [];
        const result = await (0,lib_command/* run */.eF)(file, args, {
            cwd: command.cwd,
            env: { ...inherited(directory), ...command.env },
            timeoutMs: command.timeoutMs,
            signal: command.signal,
            onLine: (line) => {
                tail.push(line);
                if (tail.length > TAIL_LINES)
                    tail.shift();
                command.onLine(line);
            },
        }).catch((error) => {
            if ((0,errors/* errorCode */.CA)(error) !== 'ENOENT')
                throw error;
            throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `input shell holds ${(0,lib_paths/* quote */.hD)(command.shell)}, and there is no program ${(0,lib_paths/* quote */.hD)(file)} here`, { cause: error, next: 'Name a shell that the runner has, such as bash, pwsh, python or node.' });
        });
        return { tail, failure: failureOf(result, command) };
    }
    finally {
        (0,external_node_fs_.rmSync)(directory, { recursive: true, force: true });
    }
}
function failureOf(result, { input, timeoutMs }) {
    const limit = input === 'run' ? 'run-timeout' : 'gate-timeout';
    if (result.timedOut)
        return `did not end within ${limit} (${(0,quantities/* duration */.p0)(timeoutMs)}) and was stopped`;
    if (result.killedBy)
        return `was ended by ${result.killedBy}`;
    return result.exitCode === 0 ? undefined : `ended with exit code ${result.exitCode}`;
}
function inherited(directory) {
    const env = {};
    for (const [name, value] of Object.entries(process.env)) {
        if (value !== undefined && !WITHHELD.test(name))
            env[name] = value;
    }
    for (const name of RUNNER_FILES) {
        env[name] = (0,external_node_path_.join)(directory, name);
        (0,external_node_fs_.writeFileSync)(env[name], '');
    }
    return env;
}

;// CONCATENATED MODULE: ./lib/steps.js









const GATES = ['consistency', 'message'];
class Steps {
    #coordinator;
    #inputs;
    #report;
    #signal;
    #checked = new Map();
    constructor(coordinator, inputs, report, signal) {
        this.#coordinator = coordinator;
        this.#inputs = inputs;
        this.#report = report;
        this.#signal = signal;
    }
    async recover() {
        const { session, step } = this.#coordinator;
        if (await session.hasHistory())
            await step('Recover', () => session.open());
    }
    async readResults() {
        const inputs = this.#inputs;
        if (inputs.commit && inputs.push && (inputs.jobServerUrl !== undefined || inputs.token === ''))
            (0,push_rights/* refuseFork */.rt)();
        for (const gate of GATES) {
            const name = namedCheck(inputs[gate]);
            const verdict = name === undefined
                ? judgeResult(gate, inputs[gate], inputs.workingDirectory)
                : verdictOf(gate, await this.#askCheck(gate, name));
            if (!verdict)
                continue;
            this.#report.verdicts.push(verdict);
            requireYes(verdict);
        }
    }
    async #askCheck(gate, name) {
        const { session } = this.#coordinator;
        const { github } = session;
        if (!github) {
            throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `a gate asks for the check ${(0,lib_paths/* quote */.hD)(name)}, and GitHub cannot be asked: there is no token or no repository`, { next: 'Use check:NAME in a workflow of GitHub, with a token that may read checks.' });
        }
        const sha = [...this.#checked.values()][0] ?? (await session.readBase()).sha;
        this.#checked.set(gate, sha);
        const { say } = this.#report;
        const timeoutMs = this.#inputs.gateTimeoutMs;
        const read = () => github.checkRuns(sha, name);
        try {
            return await awaitCheck({ name, sha, timeoutMs, say, signal: this.#signal, read });
        }
        catch (error) {
            if (!(error instanceof errors/* TransactionError */.Jn))
                throw error;
            return [false, error.message];
        }
    }
    noteResults() {
        const { base_sha: base, began_at } = this.#coordinator.record;
        for (const { gate } of this.#report.verdicts) {
            const phase = `Gate: ${gate}`;
            this.#coordinator.session.ledger?.notePhase({ phase, began_at, milliseconds: 0, failed: 0 });
        }
        for (const [gate, sha] of this.#checked) {
            if (sha === base)
                continue;
            throw new errors/* TransactionError */.Jn(FAILURES[gate], `the branch moved from ${sha} to ${base} after its checks were read`, { next: 'Run again: the checks of the new commit count.' });
        }
    }
    async noteDependencies() {
        const { session, record } = this.#coordinator;
        if (!record?.remote)
            return;
        for (const glob of await session.unmatchedDependencies(record.base_sha)) {
            this.#report.warn(`depends-on: ${(0,lib_paths/* quote */.hD)(glob)} matches no file of the base commit. Is it meant like that?`);
        }
    }
    async run(script, surroundings) {
        const { failure, tail } = await this.#start('run', script, this.#inputs.runTimeoutMs, surroundings);
        if (failure === undefined)
            return;
        const said = `the command of input run ${failure}`;
        if ((0,disk/* isNearlyFull */.zP)(surroundings.outputs))
            throw new errors/* TransactionError */.Jn('INSUFFICIENT_DISK_SPACE', `${said}, and the disk is full`, { tail });
        throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', said, {
            tail,
            next: /\brun-timeout \(/.test(failure)
                ? 'Raise run-timeout, or see why the command takes so long.'
                : 'Mend the command and run again.',
        });
    }
    get hasGateCommands() {
        return GATES.some((gate) => this.#inputs[gate].command !== undefined);
    }
    async runGates(surroundings, requireSeal) {
        for (const gate of GATES) {
            const script = this.#inputs[gate].command;
            if (script === undefined)
                continue;
            await this.#coordinator.step(`Gate: ${gate}`, async () => {
                await this.#judge(gate, script, surroundings);
                await requireSeal(`by ${gate}-command`);
            });
        }
    }
    validation(surroundings) {
        const { validationCommand: script } = this.#inputs;
        return script === undefined ? undefined : () => this.#judge('validation', script, surroundings);
    }
    async #judge(judge, script, surroundings) {
        const result = await this.#start(`${judge}-command`, script, this.#inputs.gateTimeoutMs, surroundings);
        const verdict = judgeCommand(judge, result);
        this.#report.verdicts.push(verdict);
        requireYes(verdict);
    }
    #start(input, script, timeoutMs, surroundings) {
        const { target, base_sha: base, id } = this.#coordinator.record;
        const { shell, workingDirectory, temp, taskId } = this.#inputs;
        surroundings.check();
        const messageFile = (0,external_node_path_.join)(surroundings.temporary, 'message');
        (0,external_node_fs_.rmSync)(messageFile, { force: true });
        (0,external_node_fs_.writeFileSync)(messageFile, surroundings.message, { flag: 'wx' });
        return runUserCommand({
            input,
            script,
            shell,
            cwd: workingDirectory,
            temp,
            timeoutMs,
            signal: this.#signal,
            onLine: this.#report.say,
            env: {
                ATOMIC_STAGING: surroundings.outputs,
                ATOMIC_TARGET: target,
                ATOMIC_MANIFEST: surroundings.manifest,
                ATOMIC_MESSAGE_FILE: messageFile,
                ATOMIC_TASK_ID: taskId,
                ATOMIC_TRANSACTION_ID: id,
                ATOMIC_BASE: base ?? '',
            },
        });
    }
}

;// CONCATENATED MODULE: ./lib/publish.js














async function publish(inputs, report, signal, onStart) {
    const options = {
        ...inputs,
        credentials: { serverUrl: inputs.serverUrl, token: inputs.token },
        signal,
        say: report.say,
        step: report.step,
        progress: report.progress,
    };
    const isInPlace = inputs.isInPlace || inputs.scope !== null;
    const coordinator = isInPlace ? new OperationCoordinator(options) : new AtomicCommitCoordinator(options);
    const steps = new Steps(coordinator, inputs, report, signal);
    onStart(coordinator);
    try {
        let outcome;
        if (coordinator instanceof AtomicCommitCoordinator)
            outcome = await replace(coordinator, inputs, report, steps);
        else if (inputs.scope !== null)
            outcome = await rollBack(coordinator, inputs, report, steps);
        else
            outcome = await operate(coordinator, inputs, report, steps);
        return { coordinator, outcome };
    }
    catch (error) {
        const failure = signal.aborted ? cancelled(signal) : (0,errors/* asTransactionError */.Bv)(error, 'the transaction failed');
        try {
            return { coordinator, outcome: (await coordinator.rollback(failure)) ?? failure };
        }
        catch (undoing) {
            return { coordinator, outcome: (0,errors/* asTransactionError */.Bv)(undoing, 'undoing failed') };
        }
    }
    finally {
        await coordinator
            .prune()
            .catch((error) => report.warn(`Old checkpoints were not removed: ${error.message}`));
        coordinator.close();
    }
}
function cancelled(signal) {
    return new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `the run was cancelled (${signal.reason})`, {
        cause: signal.reason,
        next: 'Run it again: this one has left nothing to settle.',
    });
}
async function replace(coordinator, inputs, report, steps) {
    await steps.recover();
    await steps.readResults();
    await coordinator.step('Begin', () => coordinator.begin(inputs.taskId));
    steps.noteResults();
    await steps.noteDependencies();
    const { staging: temporary, target } = coordinator.record;
    const surroundings = (outputs, message) => ({
        outputs,
        manifest: (0,external_node_path_.join)(outputs, inputs.manifest),
        message,
        temporary,
        check: () => coordinator.requireNoSymlink(),
    });
    await coordinator.step('Produce', async () => {
        if (inputs.run !== undefined)
            await steps.run(inputs.run, surroundings(coordinator.staging, ''));
        await gather(coordinator, inputs, report);
    });
    if (!steps.hasGateCommands)
        coordinator.askRemote();
    await coordinator.step('Seal', async () => {
        const { tree } = await coordinator.sealStaging();
        report.say(`Sealed: ${(0,quantities/* count */.U9)(tree.length, 'file')}, ${(0,quantities/* size */.Ej)((0,lib_tree/* totalBytes */.ob)(tree))}.`);
    });
    const { length } = coordinator.tree;
    const name = coordinator.named;
    const text = `chore: publish ${name} for ${inputs.taskId}\n\n${(0,quantities/* count */.U9)(length, 'file')}, one transaction.`;
    const message = await coordinator.compose(inputs.commitMessage ?? text);
    await steps.runGates(surroundings(coordinator.staging, message), (when) => coordinator.requireSeal(coordinator.staging, when));
    if (steps.hasGateCommands)
        coordinator.askRemote();
    coordinator.requirePreconditions();
    if (inputs.isCheck) {
        if (inputs.validationCommand)
            report.say('validation-command needs outputs in place: a check has none.');
        return coordinator.check(inputs.failOnChange);
    }
    if (await coordinator.step('Compare', () => coordinator.isPublished()))
        return coordinator.endUnchanged();
    const { strangers } = coordinator;
    if (strangers.length > 0)
        report.warn(`Of what stands in ${(0,lib_paths/* quote */.hD)(name)} this goes, and no publish has made it: ${listDifferences(strangers)}.`);
    return coordinator.commit(message, steps.validation(surroundings(target, message)));
}
async function operate(coordinator, inputs, report, steps) {
    await steps.recover();
    await steps.readResults();
    const text = inputs.commitMessage ?? `chore: ${inputs.taskId}`;
    await coordinator.step('PRE-OP', () => coordinator.begin(inputs.taskId, text));
    steps.noteResults();
    await steps.noteDependencies();
    const surroundings = {
        outputs: coordinator.record.target,
        manifest: coordinator.manifestPath,
        message: '',
        temporary: coordinator.privateDirectory,
        check: () => (0,disk/* refuseSymlink */.Uf)(coordinator.privateDirectory),
    };
    await coordinator.step('OP-EXEC', async () => {
        await steps.run(inputs.run, surroundings);
        report.say(`The operation changed ${(0,quantities/* count */.U9)(await coordinator.seal(), 'path')}.`);
        const [first, ...others] = await coordinator.operation.alsoChangedBefore();
        if (first === undefined)
            return;
        const more = others.length === 0 ? '' : ` and ${(0,quantities/* count */.U9)(others.length, 'other path')}`;
        report.warn(`${(0,lib_paths/* quote */.hD)(first)}${more} held changes before the operation: they go into the commit with it.`);
    });
    const message = await coordinator.compose(text);
    await steps.runGates({ ...surroundings, message }, (when) => coordinator.requireSeal(when));
    if (inputs.isCheck) {
        await coordinator.validate(steps.validation({ ...surroundings, message }));
        return coordinator.check(inputs.failOnChange);
    }
    if (await coordinator.isUnchanged())
        return coordinator.endUnchanged();
    return coordinator.commit(text, steps.validation({ ...surroundings, message }));
}
async function gather(coordinator, inputs, report) {
    const files = resolveArtifacts(inputs.artifacts, inputs.workingDirectory, coordinator.record.target);
    for (const [path, content] of inputs.contents)
        files.push({ path, content });
    coordinator.requireNoSymlink();
    const named = new Set(files.map(({ path }) => path));
    const { target } = coordinator.record;
    const preserved = resolvePreserved(inputs.preserve, target, inputs.manifest);
    if ((0,external_node_fs_.existsSync)(target)) {
        const paths = preserved.map(({ path }) => path);
        for (const glob of (0,lib_globs/* unmatchedGlobs */.Z)(inputs.preserve, paths))
            report.warn(`preserve: ${(0,lib_paths/* quote */.hD)(glob)} matches no published file, and keeps none.`);
    }
    const free = ({ path }) => !named.has(path) && !(0,external_node_fs_.existsSync)((0,external_node_path_.join)(coordinator.staging, path));
    files.push(...preserved.filter(free));
    const bytes = files.reduce((sum, { source, content }) => sum + (source ? (0,external_node_fs_.lstatSync)(source).size : (content?.length ?? 0)), 0);
    coordinator.requireSpaceFor(bytes, files.length);
    await coordinator.stageChanges(files);
}

// EXTERNAL MODULE: ./lib/input-values.js
var input_values = __nccwpck_require__(5106);
// EXTERNAL MODULE: ./lib/git.js
var lib_git = __nccwpck_require__(9151);
// EXTERNAL MODULE: ./lib/remote-refs.js
var remote_refs = __nccwpck_require__(2860);
// EXTERNAL MODULE: ./lib/target-index.js
var target_index = __nccwpck_require__(383);
;// CONCATENATED MODULE: ./lib/published-commit.js









const isRevert = ({ trailers }) => trailers.some(({ key }) => key === 'Reverts-Transaction');
async function findPublishedCommit({ git, path, signal }, name) {
    if ((await (0,layout/* commitAt */.du)(git, 'HEAD')) === '')
        return undefined;
    const manifest = `${path}/${name}`;
    const list = async (...limit) => {
        const args = ['--literal-pathspecs', 'rev-list', ...limit, 'HEAD', '--', manifest];
        return (await git.run(args, { signal })).split('\n').filter(Boolean);
    };
    const [last] = await list('--max-count=1');
    if (last === undefined)
        return undefined;
    const publication = await readPublishedCommit(git, last);
    if (!isRevert(publication))
        return publication;
    for (const sha of await list()) {
        if (!(await (0,layout/* sameAt */._j)(git, manifest, 'HEAD', sha)))
            continue;
        const earlier = await readPublishedCommit(git, sha);
        if (!isRevert(earlier))
            return earlier;
    }
    return { ...publication, mayBeDeeper: await (0,remote_refs/* isShallow */.fE)(git) };
}
async function readPublishedCommit(git, sha) {
    const format = ['--no-show-signature', '--encoding=UTF-8', '--format=%P%x00%B'];
    const [known = '', message = ''] = (await git.run(['log', '-1', ...format, sha])).split('\0');
    const raw = await git.run(['cat-file', 'commit', sha], { encoding: 'latin1' });
    const head = raw.slice(0, raw.indexOf('\n\n'));
    const parents = [...head.matchAll(/^parent (\S+)$/gm)].map(([, parent]) => parent);
    const mayBeDeeper = known.split(' ').filter(Boolean).length < parents.length;
    return { sha, parents, trailers: await readTrailers(git, message), mayBeDeeper };
}
async function compareCommit(site, publication, manifest) {
    const { sha, trailers, mayBeDeeper } = publication;
    const { transactionId, generatedAt, taskId, agentId, commitNode, baseCommit } = manifest.provenance;
    const expected = {
        'Manifest-SHA256': manifest.sha256,
        'Task-ID': taskId,
        CommitNode: commitNode,
        'Agent-ID': agentId,
        'Transaction-ID': transactionId,
        'Transaction-Timestamp': generatedAt,
    };
    const valuesOf = (name) => trailers.filter(({ key }) => key.toLowerCase() === name.toLowerCase()).map(({ value }) => value);
    if (mayBeDeeper && !valuesOf('Manifest-SHA256').includes(manifest.sha256)) {
        return {
            differences: [],
            unknown: `this clone is shallow, and the commit that published the manifest is not in it: its history ends at ${sha}`,
        };
    }
    const differences = [];
    for (const [name, value] of Object.entries(expected)) {
        const [held, ...more] = valuesOf(name);
        if (held === undefined)
            differences.push(`commit ${sha} carries no trailer ${name}`);
        else if (more.length > 0)
            differences.push(`commit ${sha} carries ${name} ${more.length + 1} times`);
        else if (held !== value.trim()) {
            differences.push(`commit ${sha} says ${name}: ${(0,lib_paths/* shortQuote */.tt)(held)}, and the manifest ${(0,lib_paths/* shortQuote */.tt)(value)}`);
        }
    }
    const base = await compareBase(site, publication, baseCommit);
    return { ...base, differences: [...differences, ...base.differences] };
}
async function compareBase({ git, path, signal }, { sha, parents }, base) {
    const is = (difference) => ({ differences: [difference] });
    if (base === undefined)
        return is('the manifest names no base commit: it was published without one');
    const [parent] = parents;
    if (parent === undefined || parents.length > 1) {
        return is(`commit ${sha} has ${parents.length} parents, and a publish has one`);
    }
    if (parent === base)
        return { differences: [] };
    const areHere = (await (0,layout/* commitAt */.du)(git, base)) !== '' && (await (0,layout/* commitAt */.du)(git, parent)) !== '';
    if (!areHere || !(await git.isAncestor(base, parent))) {
        const unknown = `this clone is shallow, and whether ${base}, the base of the manifest, leads to ${sha} cannot be told`;
        if (await (0,remote_refs/* isShallow */.fE)(git))
            return { differences: [], unknown };
        return is(`commit ${sha} stands on ${parent}, to which ${base}, the base that the manifest names, does not lead`);
    }
    const compare = ['--literal-pathspecs', 'diff-tree', '--quiet', base, parent, '--', path];
    const result = await git.try(compare, { signal });
    if (result.exitCode === 0)
        return { differences: [] };
    if (result.exitCode !== 1)
        throw (0,lib_git/* gitError */.N)(compare, result);
    return is(`between ${base}, the base that the manifest names, and ${sha} others changed the target`);
}
async function compareWithHead({ git, layout, path, signal }, format, directory) {
    const objects = (0,external_node_path_.join)(directory, 'objects');
    (0,external_node_fs_.mkdirSync)(objects);
    const own = git.withObjectsIn(() => objects, layout.commonDirectory);
    const place = { index: (0,external_node_path_.join)(directory, 'index'), workTree: layout.topLevel, format, signal };
    await own.run(['read-tree', '--reset', 'HEAD'], place);
    await (0,target_index/* addTarget */.z9)(own, path, place);
    const tree = await own.writeTree(place);
    const changes = await (0,replay/* treeDiff */.Kp)(own, 'HEAD', tree, { index: place.index, signal });
    const within = (name) => (0,lib_paths/* shortQuote */.tt)(name.slice(path.length + 1));
    const list = ['diff-index', '--cached', '--name-only', '--no-renames', '-z', 'HEAD', '--', path];
    const staged = await git.names(['--literal-pathspecs', ...list], { signal });
    return [
        ...changes.map((change) => `${within(change.path)} ${published_commit_describe(change)}`),
        ...staged.map((name) => `${within(name)} is staged otherwise than HEAD has it`),
    ];
}
function published_commit_describe({ before, after }) {
    if ((0,replay/* isAbsent */.W0)(before))
        return 'is on the disk and not in HEAD';
    if ((0,replay/* isAbsent */.W0)(after))
        return 'is in HEAD and not on the disk';
    if (before.mode !== after.mode)
        return `has mode ${after.mode} on the disk and ${before.mode} in HEAD`;
    return 'is another on the disk than in HEAD';
}

;// CONCATENATED MODULE: ./lib/verification.js















const ALWAYS_READ = 16 * 1024 * 1024;
const PER_FILE = 256;
async function verify(inputs, session, report, signal) {
    const name = inputs.manifest;
    const target = findTarget(inputs);
    const site = inputs.commit ? await findSite(target, session, signal) : undefined;
    const { listing, bytes, statement } = await report.step('Manifest', async () => {
        const found = listTarget(target, name);
        const content = readManifest(target, name, found);
        return { listing: found, bytes: content, statement: (0,lib_manifest/* parseManifest */.Ng)(content) };
    });
    const { subjects, provenance } = statement;
    const manifest = { path: (0,external_node_path_.join)(target, name), name, sha256: (0,external_node_crypto_.hash)('sha256', bytes) };
    const { tree, altered } = await report.step('Files', async () => {
        const progress = report.progress('Verifying');
        const hashed = await (0,lib_tree/* hashTree */.vz)(target, { only: listing.files, signal, progress });
        const found = compareTree(subjects, hashed, listing.others, (path) => (0,disk/* isDirectory */.wd)((0,external_node_path_.join)(target, path)));
        if (found.length === 0)
            found.push(...leavingLinks(target, hashed, name));
        report.say(`${(0,quantities/* count */.U9)(hashed.length, 'file')}, ${(0,quantities/* count */.U9)(found.length, 'difference')}.`);
        return { tree: hashed, altered: found };
    });
    if (!site) {
        requireNone(target, altered, 'See what writes to it, and publish again.');
        return { target, tree, manifest, provenance, commit: '' };
    }
    const { commit, testimony } = await report.step('Commit', async () => {
        const publication = await findPublishedCommit(site, name);
        if (!publication) {
            const none = { differences: ["no commit in HEAD's history has the manifest"] };
            return { commit: '', testimony: none };
        }
        const found = await compareCommit(site, publication, { sha256: manifest.sha256, provenance });
        if (found.unknown === undefined)
            report.say(`The last commit that published it is ${publication.sha}.`);
        return { commit: publication.sha, testimony: found };
    });
    const isComparable = altered.length === 0 && commit !== '';
    const unsaved = isComparable
        ? await report.step('HEAD', () => inPrivate(inputs.temp, (directory) => compareWithHead(site, (0,object_id/* formatOf */.b)(commit), directory)))
        : [];
    const next = `See what changed it (git status, git log -- ${site.path}), and publish again.`;
    requireNone(target, [...testimony.differences, ...altered, ...unsaved], next);
    if (testimony.unknown !== undefined) {
        throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `not verified: ${testimony.unknown}`, {
            next: 'More of the history is needed: check out with fetch-depth: 0, or run git fetch --unshallow.',
        });
    }
    return { target, tree, manifest, provenance, commit };
}
function requireNone(target, differences, next) {
    if (differences.length === 0)
        return;
    throw differs(`target ${(0,lib_paths/* quote */.hD)(target)} is not as it was published: ${firstOf(differences, '; ')}`, next);
}
function differs(message, next = 'Publish again, or bring the directory back from its commit.') {
    return new errors/* TransactionError */.Jn('CONSISTENCY_VALIDATION_FAILED', message, { next });
}
function findTarget({ target, workspace }) {
    const named = `target ${(0,lib_paths/* quote */.hD)(target)}`;
    const stats = (0,disk/* ignoreMissing */.bt)(() => (0,external_node_fs_.lstatSync)(target));
    let ancestor = target;
    while (!(0,external_node_fs_.existsSync)(ancestor))
        ancestor = (0,external_node_path_.dirname)(ancestor);
    if (!stats && (0,preconditions/* isWithin */.UO)((0,external_node_fs_.realpathSync)(workspace), (0,external_node_fs_.realpathSync)(ancestor)))
        throw differs(`${named} does not exist`);
    if (!stats)
        throw (0,input_values/* invalid */.Gq)('target', target, 'a directory inside the workspace');
    if (stats.isSymbolicLink())
        throw differs(`${named} is a symlink, and a publish leaves a directory`);
    if (!stats.isDirectory())
        throw differs(`${named} is no directory`);
    const [real, root] = [(0,external_node_fs_.realpathSync)(target), (0,external_node_fs_.realpathSync)(workspace)];
    if (real !== root && (0,preconditions/* isWithin */.UO)(root, real))
        return real;
    throw (0,input_values/* invalid */.Gq)('target', target, 'a directory inside the workspace');
}
async function findSite(target, session, signal) {
    await session.locate();
    const layout = session.layout;
    const path = (0,lib_paths/* wayTo */.bj)(layout.topLevel, target);
    if (path === '' || !(0,preconditions/* isWithin */.UO)(layout.topLevel, target)) {
        throw (0,input_values/* invalid */.Gq)('target', target, 'a directory inside the repository, or any with commit set to false');
    }
    return { git: session.git.at(layout.topLevel), layout, path, signal };
}
function listTarget(target, manifest) {
    const listing = { files: [], others: [] };
    let isThere = false;
    const visit = (path) => {
        if (!path.includes('\ufffd'))
            return;
        throw differs(`target ${(0,lib_paths/* quote */.hD)(target)} holds ${(0,lib_paths/* shortQuote */.tt)(path)}, a name that is not valid UTF-8`);
    };
    for (const [path, item] of (0,lib_tree/* walk */.GG)(target, visit)) {
        if (path === manifest) {
            if (!item.isFile())
                throw differs(`the manifest ${(0,lib_paths/* quote */.hD)((0,external_node_path_.join)(target, path))} is no regular file`);
            isThere = true;
        }
        else
            (item.isFile() || item.isSymbolicLink() ? listing.files : listing.others).push(path);
    }
    if (!isThere)
        throw differs(`target ${(0,lib_paths/* quote */.hD)(target)} has no manifest ${(0,lib_paths/* quote */.hD)(manifest)}`);
    listing.files.sort();
    return listing;
}
function readManifest(target, name, { files }) {
    const path = (0,external_node_path_.join)(target, name);
    const needed = files.reduce((sum, file) => sum + PER_FILE + 4 * file.length, ALWAYS_READ);
    const { size } = (0,external_node_fs_.lstatSync)(path);
    if (size > needed)
        throw (0,lib_manifest/* refused */.J5)(`it has ${size} bytes, and ${files.length} files stand beside it`);
    return (0,external_node_fs_.readFileSync)(path);
}
function compareTree(subjects, tree, others, isDirectoryAt) {
    const wanted = new Map(subjects.map((subject) => [subject.path, subject]));
    const found = [];
    for (const entry of tree) {
        const subject = wanted.get(entry.path);
        wanted.delete(entry.path);
        const what = subject ? verification_describe(subject, entry) : 'is not in the manifest';
        if (what !== '')
            found.push([entry.path, what]);
    }
    for (const path of others) {
        const isListed = wanted.delete(path);
        const where = isListed ? 'where the manifest has a file' : 'and not in the manifest';
        found.push([path, `is a socket, a device or a pipe, ${where}`]);
    }
    for (const path of wanted.keys()) {
        found.push([path, isDirectoryAt(path) ? 'is a directory, where the manifest has a file' : 'is missing']);
    }
    return found
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .map(([path, what]) => `${(0,lib_paths/* shortQuote */.tt)(path)} ${what}`);
}
const isLink = ({ mode }) => mode === '120000';
function verification_describe(subject, entry) {
    if (isLink(subject) !== isLink(entry)) {
        const [now, before] = isLink(entry) ? ['symlink', 'file'] : ['file', 'symlink'];
        return `is a ${now}, where the manifest has a ${before}`;
    }
    if (subject.size !== entry.size)
        return `was altered: ${entry.size} bytes instead of ${subject.size}`;
    if (subject.sha256 !== entry.sha256)
        return 'was altered: other content of the same size';
    return subject.mode === entry.mode ? '' : `has mode ${entry.mode} instead of ${subject.mode}`;
}
function leavingLinks(target, tree, manifest) {
    try {
        checkTree(target, tree, manifest);
        return [];
    }
    catch (error) {
        if (!(error instanceof errors/* TransactionError */.Jn))
            throw error;
        return [error.message];
    }
}
async function inPrivate(temp, perform) {
    const directory = (0,external_node_fs_.mkdtempSync)((0,external_node_path_.join)(temp, 'atomic-verify-'));
    try {
        return await perform(directory);
    }
    finally {
        (0,external_node_fs_.rmSync)(directory, { recursive: true, force: true });
    }
}

;// CONCATENATED MODULE: ./lib/verify-mode.js










async function verifyMode(inputs, report, signal) {
    const session = (0,settlement/* sessionAt */.s2)(inputs, report, signal);
    let outcome;
    try {
        if (await session.hasHistory())
            await report.step('Recover', () => session.open());
        outcome = await verify(inputs, session, report, signal);
    }
    catch (error) {
        outcome = (0,errors/* asTransactionError */.Bv)(error, signal.aborted ? 'the run was cancelled' : 'the target was not verified');
    }
    finally {
        session.close();
    }
    const failure = outcome instanceof errors/* TransactionError */.Jn ? outcome : undefined;
    const verified = outcome instanceof errors/* TransactionError */.Jn ? undefined : outcome;
    const facts = { target: inputs.target, ...(verified && verify_mode_factsOf(verified, inputs, report)) };
    const said = verified?.commit === '' ? 'its manifest says' : 'its manifest and its commit say';
    const headline = failure?.message ?? `The published tree is what ${said}.`;
    const isOpen = failure?.code === 'ROLLBACK_FAILED';
    const none = { 'transaction-id': '', 'commit-sha': '', 'base-sha': '', branch: '', pushed: false };
    const exitCode = (0,settlement/* conclude */.Ep)(report, session.settled, failure, {
        ...(isOpen ? {} : none),
        reason: (0,lib_report/* oneLine */.TN)(headline),
        ...facts,
    });
    if (verified)
        report.say(`VERIFIED: ${(0,quantities/* count */.U9)(verified.tree.length, 'file')}, as published.`);
    report.summarize((0,summary/* renderSummary */.B)({
        ...summary/* EMPTY_SUMMARY */.f,
        failure,
        success: 'VERIFIED',
        headline,
        facts: [
            ['target', (0,external_node_path_.relative)(inputs.workspace, inputs.target)],
            ...(verified ? namesOf(verified) : []),
            ...(0,settlement/* settledRows */.Bl)(session.settled),
        ],
        outputs: Object.entries(facts).map(([name, value]) => [name, String(value)]),
        phases: report.phases,
        tree: verified?.tree ?? [],
    }));
    return exitCode;
}
function namesOf({ provenance, commit }) {
    const rows = [
        ['transaction', provenance.transactionId],
        ['task', provenance.taskId],
        ['commit', { markdown: (0,links/* commitLink */.wn)(commit, undefined) }],
        ['base', { markdown: (0,links/* commitLink */.wn)(provenance.baseCommit ?? '', undefined) }],
    ];
    return rows.filter(([, value]) => typeof value === 'string' || value.markdown !== '');
}
function verify_mode_factsOf({ tree, manifest, provenance, commit, target }, { temp }, report) {
    return {
        'transaction-id': provenance.transactionId,
        'commit-sha': commit,
        'base-sha': provenance.baseCommit ?? '',
        target,
        'manifest-path': manifest.path,
        'manifest-sha256': manifest.sha256,
        checksums: report.keep('checksums', () => (0,lib_report/* writeChecksums */.gD)(temp, manifest.sha256, (0,lib_manifest/* checksums */.vw)(tree, manifest))),
        files: tree.length,
        bytes: (0,lib_tree/* totalBytes */.ob)(tree),
    };
}

;// CONCATENATED MODULE: ./lib/main.js










async function main(signal) {
    const report = new lib_report/* Report */.pl();
    try {
        if ((0,lib_inputs/* readMode */.Em)() === 'recover')
            return await (0,settlement/* recoverMode */._S)(keepSecret((0,lib_inputs/* readPlaceToSettle */.UW)()), report, signal);
        if ((0,lib_inputs/* readMode */.Em)() === 'verify')
            return await verifyMode(keepSecret((0,lib_inputs/* readVerifyInputs */.Ht)()), report, signal);
        const inputs = keepSecret((0,lib_inputs/* readInputs */.Ko)(new Date()));
        const { coordinator, outcome } = await publish(inputs, report, signal, (begun) => {
            running = begun;
        });
        const exitCode = finish(report, inputs, coordinator, outcome);
        await setStatus(report, inputs, coordinator, outcome);
        return exitCode;
    }
    catch (error) {
        if (!(error instanceof errors/* TransactionError */.Jn))
            throw error;
        return finish(report, undefined, undefined, error);
    }
}
async function setStatus(report, { statusContext: context, github: place, taskId, runUrl }, coordinator, outcome) {
    if (context === undefined || place === undefined)
        return;
    const { record } = coordinator;
    const base = record?.base_sha ?? (await coordinator.session.readBase().catch(() => undefined))?.sha;
    if (base === undefined)
        return;
    const failed = outcome instanceof errors/* TransactionError */.Jn;
    const sha = (failed || !outcome.changed ? undefined : record?.commit_sha) ?? base;
    const description = failed ? `${errors/* EXIT_CODES */.ai[outcome.code]} ${outcome.code}` : `COMMITTED for ${taskId}`;
    const status = {
        state: failed ? 'failure' : 'success',
        context,
        description: description.slice(0, 140),
    };
    try {
        const github = new lib_github/* GitHub */.g(place, { say: report.say, signal: AbortSignal.timeout(STATUS_MS) });
        await github.setStatus(sha, runUrl ? { ...status, target_url: runUrl } : status);
    }
    catch (error) {
        report.warn(`The commit status could not be set: ${error.message}`);
    }
}
const STATUS_MS = 20_000;
const MAIN_RAN = 'main-ran';
function isPost() {
    if (core/* getState */.Gu(MAIN_RAN) !== '')
        return true;
    core/* saveState */.LZ(MAIN_RAN, 'true');
    return false;
}
function keepSecret(place) {
    if (place.token !== '')
        core/* setSecret */.Pq(place.token);
    return place;
}
let running;
function bug(error) {
    const report = new lib_report/* Report */.pl();
    const { code, message, next = errors/* REPORT_IT */.PN } = (0,errors/* asTransactionError */.Bv)(error, 'this is a bug in Atomic Publish');
    const details = { cause: error, bug: error instanceof Error ? error : undefined };
    const record = running?.record;
    if (!record || (0,lib_record/* isTerminal */.Hd)(record)) {
        return finish(report, undefined, undefined, new errors/* TransactionError */.Jn(code, message, { ...details, next }));
    }
    const later = 'The post step, the next run or mode recover settles it.';
    const failure = new errors/* TransactionError */.Jn('ROLLBACK_FAILED', message, { ...details, next: later });
    return finish(report, undefined, running, failure);
}


/***/ }),

/***/ 1160:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  vw: () => (/* binding */ checksums),
  bd: () => (/* binding */ describes),
  wh: () => (/* binding */ isOfTransaction),
  Ui: () => (/* binding */ makeManifest),
  Ng: () => (/* binding */ parseManifest),
  J5: () => (/* binding */ refused),
  HN: () => (/* binding */ writeManifest)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
;// CONCATENATED MODULE: ./node_modules/canonicalize/lib/canonicalize.js
function serializeString (value) {
  if (!value.isWellFormed()) {
    throw new Error('Lone surrogate is not allowed');
  }
  return JSON.stringify(value);
}

function serializePrimitive (value) {
  switch (typeof value) {
    case 'number':
      if (isNaN(value)) {
        throw new Error('NaN is not allowed');
      }
      if (!isFinite(value)) {
        throw new Error('Infinity is not allowed');
      }
      // For finite numbers String(value) would give identical output, but
      // JSON.stringify benchmarks faster on V8.
      return JSON.stringify(value);
    case 'string':
      return serializeString(value);
    case 'boolean':
      return value ? 'true' : 'false';
    default:
      // null, or values JSON.stringify maps to undefined (undefined,
      // functions, symbols).
      return JSON.stringify(value);
  }
}

// Resolves a value to either its serialized primitive form (a string — or
// undefined, for values JSON.stringify drops) or a frame describing the
// container to descend into. Callers distinguish the two cases with
// `typeof result !== 'object'`.
//
// toJSON results are unwrapped here, and the wrapper objects stay in `seen`
// until the resolved subtree is fully serialized, so cycles introduced via
// toJSON are still detected.
function enterValue (value, seen) {
  let wrappers = null;
  while (value !== null && typeof value === 'object' && typeof value.toJSON === 'function') {
    if (seen.has(value)) {
      throw new Error('Circular reference detected');
    }
    seen.add(value);
    (wrappers ??= []).push(value);
    value = value.toJSON();
  }

  // Boxed Number/String/Boolean objects serialize as their primitive values,
  // mirroring how JSON.stringify treats them.
  if (value instanceof Number || value instanceof String || value instanceof Boolean) {
    value = value.valueOf();
  }

  if (value === null || typeof value !== 'object') {
    if (wrappers !== null) {
      for (const wrapper of wrappers) seen.delete(wrapper);
    }
    return serializePrimitive(value);
  }

  if (seen.has(value)) {
    throw new Error('Circular reference detected');
  }
  seen.add(value);

  return {
    container: value,
    // null marks an array frame; object frames carry their sorted keys.
    // `sort()`'s default comparator orders by UTF-16 code unit, which is the
    // order JCS requires.
    keys: Array.isArray(value) ? null : Object.keys(value).sort(),
    // Next child to serialize; the frame resumes here after a nested
    // container's subtree completes.
    index: 0,
    // Whether no member has been emitted yet (controls comma placement).
    first: true,
    // toJSON wrappers to release from `seen` when this frame completes.
    wrappers
  };
}

function canonicalize (object) {
  if (object === null || typeof object !== 'object') {
    return serializePrimitive(object);
  }

  const seen = new Set();
  const root = enterValue(object, seen);
  if (typeof root !== 'object') {
    // A toJSON chain resolved the input to a primitive.
    return root;
  }

  let result = root.keys === null ? '[' : '{';
  const stack = [root];

  // Depth-first serialization with an explicit stack instead of recursion, so
  // nesting depth is bounded by heap size rather than call-stack size. The top
  // frame is the container currently being serialized: primitive children are
  // appended inline, while a nested container pushes a new frame and jumps
  // back to the outer loop. Because frame.index was already advanced, the
  // parent resumes at its next child once the subtree is done. Opening
  // brackets are emitted when a frame is pushed, closing brackets when it
  // completes.
  outer:
  while (stack.length > 0) {
    const frame = stack[stack.length - 1];
    const container = frame.container;

    // keys === null marks an array frame; otherwise keys holds the object's
    // sorted property names. Either way the iteration counter lives on the
    // frame itself (frame.index), so when a frame is resumed after a nested
    // container completes, the while condition continues at the first
    // unserialized child instead of restarting from the beginning.
    if (frame.keys === null) {
      while (frame.index < container.length) {
        const i = frame.index++;
        if (i > 0) {
          result += ',';
        }
        const element = container[i];
        // Inside arrays, JSON.stringify serializes values with no JSON
        // representation (undefined, symbols, functions) as null.
        const value = element === undefined || typeof element === 'symbol' || typeof element === 'function' ? null : element;
        if (value === null || typeof value !== 'object') {
          result += serializePrimitive(value);
          continue;
        }
        const child = enterValue(value, seen);
        if (typeof child !== 'object') {
          // A toJSON chain resolved the child to an already-serialized
          // primitive — or, when child is undefined, to a value with no JSON
          // representation, which becomes null inside arrays.
          result += child === undefined ? 'null' : child;
          continue;
        }
        result += child.keys === null ? '[' : '{';
        stack.push(child);
        continue outer;
      }
      result += ']';
    } else {
      const keys = frame.keys;
      while (frame.index < keys.length) {
        const key = keys[frame.index++];
        const value = container[key];
        // Inside objects, JSON.stringify omits properties whose value has no
        // JSON representation (undefined, symbols, functions).
        if (value === undefined || typeof value === 'symbol' || typeof value === 'function') {
          continue;
        }
        if (value === null || typeof value !== 'object') {
          // Commas are tracked with a flag rather than the key index: a
          // skipped key must not leave a stray comma behind.
          if (frame.first) {
            frame.first = false;
          } else {
            result += ',';
          }
          result += serializeString(key) + ':' + serializePrimitive(value);
          continue;
        }
        // The child must be resolved before the key is emitted: a toJSON
        // returning a value with no JSON representation drops the whole
        // property.
        const child = enterValue(value, seen);
        if (child === undefined) {
          continue;
        }
        if (frame.first) {
          frame.first = false;
        } else {
          result += ',';
        }
        result += serializeString(key) + ':';
        if (typeof child !== 'object') {
          result += child;
          continue;
        }
        result += child.keys === null ? '[' : '{';
        stack.push(child);
        continue outer;
      }
      result += '}';
    }

    // Frame complete. The container leaves `seen` so that a later, sibling
    // reference to the same object is not mistaken for a cycle.
    seen.delete(container);
    if (frame.wrappers !== null) {
      for (const wrapper of frame.wrappers) seen.delete(wrapper);
    }
    stack.pop();
  }

  return result;
}

// EXTERNAL MODULE: ./lib/errors.js
var errors = __nccwpck_require__(452);
// EXTERNAL MODULE: ./lib/json.js
var json = __nccwpck_require__(6413);
// EXTERNAL MODULE: ./lib/paths.js
var paths = __nccwpck_require__(1307);
// EXTERNAL MODULE: ./lib/tree.js + 1 modules
var lib_tree = __nccwpck_require__(3348);
;// CONCATENATED MODULE: ./lib/manifest.js






const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
const PREDICATE_TYPE = 'urn:atomic-publish:manifest:v1';
function makeManifest(tree, provenance) {
    const parts = [];
    const manifest = writeManifest(tree, provenance, (part) => parts.push(part));
    return { ...manifest, bytes: Buffer.concat(parts) };
}
function writeManifest(tree, provenance, write) {
    const [whole, listing] = [(0,external_node_crypto_.createHash)('sha256'), (0,external_node_crypto_.createHash)('sha256')];
    let length = 0;
    const add = (text, isListed = true) => {
        const part = Buffer.from(text);
        whole.update(part);
        write(part);
        if (!isListed)
            return;
        listing.update(part);
        length += part.length;
    };
    const predicate = { ...provenance, files: tree.length, bytes: (0,lib_tree/* totalBytes */.ob)(tree) };
    const head = canonicalize({ _type: STATEMENT_TYPE, predicate, predicateType: PREDICATE_TYPE });
    add(head.slice(0, head.lastIndexOf(LISTED_AFTER)), false);
    add(`${LISTED_AFTER},"subject":[`);
    for (let start = 0; start < tree.length; start += SUBJECTS_AT_ONCE) {
        const subjects = tree.slice(start, start + SUBJECTS_AT_ONCE).map(subjectOf);
        add(`${start === 0 ? '' : ','}${canonicalize(subjects).slice(1, -1)}`);
    }
    add(']}');
    add('\n', false);
    return { sha256: whole.digest('hex'), listing: { bytes: length, sha256: listing.digest('hex') } };
}
const SUBJECTS_AT_ONCE = 1000;
function subjectOf({ path, mode, size, sha256 }) {
    return { name: path, digest: { sha256 }, annotations: { mode, size } };
}
const LISTED_AFTER = `"predicateType":"${PREDICATE_TYPE}"`;
function describes(bytes, { listing }) {
    const end = bytes.lastIndexOf('}') + 1;
    const start = end - listing.bytes;
    if (start < 0 || (0,external_node_crypto_.hash)('sha256', bytes.subarray(start, end)) !== listing.sha256)
        return false;
    try {
        JSON.parse(`${bytes.subarray(0, start)}"subject":[]}${bytes.subarray(end)}`);
        return true;
    }
    catch {
        return false;
    }
}
const isOfTransaction = (text, id) => text.includes(`"transactionId":${JSON.stringify(id)}`);
function checksums(tree, manifest) {
    const lines = tree
        .filter(({ mode }) => mode !== '120000')
        .map(({ sha256, path }) => `${sha256}  ${path === '-' ? './-' : path}`);
    if (manifest)
        lines.push(`${manifest.sha256}  ${manifest.name}`);
    return lines.map((line) => `${line}\n`).join('');
}
const MODES = ['100644', '100755', '120000'];
function parseManifest(bytes) {
    let parsed;
    try {
        parsed = JSON.parse(bytes.toString());
    }
    catch (error) {
        throw refused('it is no JSON', error);
    }
    const { _type, predicateType, predicate, subject } = membersOf(parsed, 'it');
    if (_type !== STATEMENT_TYPE || predicateType !== PREDICATE_TYPE) {
        throw refused(`its _type and predicateType are not ${STATEMENT_TYPE} and ${PREDICATE_TYPE}`);
    }
    if (!Array.isArray(subject))
        throw refused('its subject is no list');
    const subjects = [];
    for (const [index, one] of subject.entries()) {
        const next = parseSubject(one, index + 1);
        const previous = subjects.at(-1)?.path;
        if (previous === next.path)
            throw refused(`it lists ${(0,paths/* quote */.hD)(next.path)} twice`);
        if (previous !== undefined && previous > next.path)
            throw refused(`${(0,paths/* quote */.hD)(next.path)} is out of order`);
        subjects.push(next);
    }
    const provenance = parsePredicate(predicate, subjects);
    if (!makeManifest(subjects, provenance).bytes.equals(bytes)) {
        throw refused('its bytes are not the RFC 8785 form of what it says: it was formatted again, or added to');
    }
    return { subjects, provenance };
}
function parseSubject(value, number) {
    const what = `subject ${number}`;
    const { name, digest, annotations } = membersOf(value, what);
    const path = textOf(name, `the name of ${what}`);
    try {
        (0,paths/* checkPath */.Cg)(path);
    }
    catch (error) {
        throw refused(error.message, error);
    }
    const { sha256 } = membersOf(digest, `the digest of ${(0,paths/* quote */.hD)(path)}`);
    if (typeof sha256 !== 'string' || !/^[0-9a-f]{64}$/.test(sha256)) {
        throw refused(`${(0,paths/* quote */.hD)(path)} has no SHA-256`);
    }
    const { mode, size } = membersOf(annotations, `the annotations of ${(0,paths/* quote */.hD)(path)}`);
    if (!MODES.includes(mode))
        throw refused(`${(0,paths/* quote */.hD)(path)} has a mode that is none of ${MODES.join(', ')}`);
    return { path, mode: mode, size: countOf(size, `the size of ${(0,paths/* quote */.hD)(path)}`), sha256 };
}
function parsePredicate(value, subjects) {
    const members = membersOf(value, 'the predicate');
    const text = (name) => textOf(members[name], `${name} of the predicate`);
    const provenance = {
        transactionId: text('transactionId'),
        generatedAt: text('generatedAt'),
        taskId: text('taskId'),
        agentId: text('agentId'),
        commitNode: text('commitNode'),
    };
    if (members['baseCommit'] !== undefined) {
        provenance.baseCommit = text('baseCommit');
        if (!/^([0-9a-f]{40}|[0-9a-f]{64})$/.test(provenance.baseCommit)) {
            throw refused('baseCommit of the predicate is no id of a commit');
        }
    }
    const files = countOf(members['files'], 'files of the predicate');
    if (files !== subjects.length)
        throw refused(`it counts ${files} files and lists ${subjects.length}`);
    const total = countOf(members['bytes'], 'bytes of the predicate');
    const listed = (0,lib_tree/* totalBytes */.ob)(subjects);
    if (total !== listed)
        throw refused(`it counts ${total} bytes, and what it lists has ${listed}`);
    return provenance;
}
function membersOf(value, what) {
    if ((0,json/* isObject */.G)(value))
        return value;
    throw refused(`${what} is no object`);
}
function textOf(value, what) {
    if (typeof value === 'string' && value.isWellFormed())
        return value;
    throw refused(`${what} is no text`);
}
function countOf(value, what) {
    if (Number.isSafeInteger(value) && value >= 0)
        return value;
    throw refused(`${what} is no whole number`);
}
function refused(why, cause) {
    return new errors/* TransactionError */.Jn('CONSISTENCY_VALIDATION_FAILED', `the manifest is not as this action writes it: ${why}`, { cause, next: 'Bring it back from the commit that published it, or publish again.' });
}


/***/ }),

/***/ 5162:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   AU: () => (/* binding */ fold),
/* harmony export */   EU: () => (/* binding */ fence),
/* harmony export */   FV: () => (/* binding */ escapeMarkdown),
/* harmony export */   Jj: () => (/* binding */ cut),
/* harmony export */   tp: () => (/* binding */ table)
/* harmony export */ });
const INVISIBLE = '&#8203;';
function cut(text, limit) {
    if (text.length <= limit)
        return text;
    return `${text.slice(0, limit).replace(/[\ud800-\udbff]$/, '')}…`;
}
function escapeMarkdown(text) {
    return text
        .replace(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
        .replace(/[&<>`|\\*[\]()#.~@:$]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, (character) => `&#${character.charCodeAt(0)};`)
        .replace(/&#(35|64);/g, `$&${INVISIBLE}`);
}
const UNPRINTABLE = /\u001b\[[0-9;?]*[A-Za-z]|[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;
function fence(text) {
    const plain = text.replace(UNPRINTABLE, '');
    const longest = Math.max(2, ...[...plain.matchAll(/`+/g)].map(([run]) => run.length));
    const mark = '`'.repeat(longest + 1);
    return `${mark}text\n${plain}\n${mark}\n`;
}
function table(head, rows) {
    const lines = [head, head.map(() => '---'), ...rows].map((cells) => `| ${cells.join(' | ')} |`);
    return `${lines.join('\n')}\n`;
}
function fold(title, content, isOpen = false) {
    return `<details${isOpen ? ' open' : ''}><summary>${title}</summary>\n\n${content}\n</details>\n`;
}


/***/ }),

/***/ 4128:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ moveAside),
/* harmony export */   g: () => (/* binding */ moveRepositoriesAside)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var _disk_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7486);
/* harmony import */ var _effect_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7322);
/* harmony import */ var _file_modes_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(7404);
/* harmony import */ var _paths_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(1307);





function holdsRepository(root, directory) {
    return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)((0,_file_modes_js__WEBPACK_IMPORTED_MODULE_3__/* .pathOf */ .XM)(root, directory), { withFileTypes: true, encoding: 'buffer' }).some((item) => {
        const name = item.name.toString('latin1');
        return name === '.git' || (item.isDirectory() && holdsRepository(root, `${directory}/${name}`));
    });
}
async function moveAside({ root, id, say }, path, what) {
    const aside = `${path}.${id}`;
    await (0,_effect_js__WEBPACK_IMPORTED_MODULE_2__/* .effect */ .Q)('move aside', () => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.renameSync)((0,_file_modes_js__WEBPACK_IMPORTED_MODULE_3__/* .pathOf */ .XM)(root, path), (0,_file_modes_js__WEBPACK_IMPORTED_MODULE_3__/* .pathOf */ .XM)(root, aside)));
    const [was, is] = [path, aside].map((name) => (0,_paths_js__WEBPACK_IMPORTED_MODULE_4__/* .quote */ .hD)((0,_file_modes_js__WEBPACK_IMPORTED_MODULE_3__/* .textOf */ .b6)(name)));
    say(`Warning: ${what} stood in the way, at ${was}. It is at ${is} now.`);
}
async function moveRepositoriesAside(place, paths) {
    const { root } = place;
    for (const path of paths) {
        if (!(0,_disk_js__WEBPACK_IMPORTED_MODULE_1__/* .isDirectory */ .wd)((0,_file_modes_js__WEBPACK_IMPORTED_MODULE_3__/* .pathOf */ .XM)(root, path)) || !(0,_file_modes_js__WEBPACK_IMPORTED_MODULE_3__/* .insideOf */ .kP)(root)(path) || !holdsRepository(root, path))
            continue;
        await moveAside(place, path, 'a repository of its own');
    }
}


/***/ }),

/***/ 9904:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   T: () => (/* binding */ objectId),
/* harmony export */   b: () => (/* binding */ formatOf)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);

function formatOf(commit) {
    return commit.length === 40 ? 'sha1' : 'sha256';
}
function objectId(format, bytes, type = 'blob') {
    const start = headed.write(`${type} ${bytes.length}\0`);
    if (start + bytes.length > headed.length) {
        return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.createHash)(format).update(headed.subarray(0, start)).update(bytes).digest('hex');
    }
    bytes.copy(headed, start);
    return (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.hash)(format, headed.subarray(0, start + bytes.length));
}
const headed = Buffer.allocUnsafe(1 << 20);


/***/ }),

/***/ 1097:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   N: () => (/* binding */ defaults)
/* harmony export */ });
/* harmony import */ var node_crypto__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(7598);
/* harmony import */ var _commit_object_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4468);


function defaults() {
    return {
        transactionId: (0,node_crypto__WEBPACK_IMPORTED_MODULE_0__.randomUUIDv7)(),
        agentId: 'unknown',
        commitNode: 'local',
        generatedAt: new Date().toISOString().replace(/\.\d{3}Z$/, 'Z'),
        runUrl: null,
        atomicity: 'strict',
        manifest: 'atomic-manifest.json',
        commit: true,
        history: 'single',
        isCheck: false,
        scope: null,
        author: _commit_object_js__WEBPACK_IMPORTED_MODULE_1__/* .MACHINE */ .Wp,
        branch: undefined,
        push: false,
        remote: 'origin',
        onConflict: 'replay',
        dependsOn: [],
        pushAttempts: 10,
        tag: undefined,
        sign: 'none',
        jobServerUrl: undefined,
        packing: 'fast',
        github: undefined,
        credentials: undefined,
        checkpoints: 20,
        lockTimeoutMs: 120_000,
        signal: undefined,
        say: () => { },
        step: (_name, perform) => perform(),
        progress: undefined,
        participants: [],
    };
}


/***/ }),

/***/ 4292:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Xf: () => (/* binding */ endOrphans),
/* harmony export */   i7: () => (/* binding */ isHeld),
/* harmony export */   w7: () => (/* binding */ temporaryObjects)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(8500);
/* harmony import */ var _command_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(2808);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(452);
/* harmony import */ var _paths_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(1307);





const END_WITHIN_MS = 5000;
function processes() {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)('/proc').filter((name) => /^\d+$/.test(name) && name !== String(process.pid));
    }
    catch {
        return [];
    }
}
function read(get) {
    try {
        return get();
    }
    catch {
        return undefined;
    }
}
function worksFor(privateDirectory) {
    const mark = `${_command_js__WEBPACK_IMPORTED_MODULE_2__/* .CHILD_MARK */ .ro}=${privateDirectory}`;
    return processes().filter((pid) => read(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(`/proc/${pid}/environ`, 'utf8'))
        ?.split('\0')
        .includes(mark));
}
async function endOrphans(privateDirectory) {
    const deadline = Date.now() + END_WITHIN_MS;
    for (let left = worksFor(privateDirectory); left.length > 0; left = worksFor(privateDirectory)) {
        if (Date.now() > deadline) {
            throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .TransactionError */ .Jn('ROLLBACK_FAILED', `processes ${left.join(', ')} of the transaction in ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_4__/* .quote */ .hD)(privateDirectory)} do not end`, { next: 'End them, then run again. Nothing was touched.' });
        }
        for (const pid of left)
            read(() => process.kill(Number(pid), 'SIGKILL'));
        await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_1__.setTimeout)(10);
    }
}
function isHeld(lock, directories) {
    if (process.platform !== 'linux')
        return true;
    return processes().some((pid) => {
        const name = read(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(`/proc/${pid}/comm`, 'utf8').trim()) ?? '';
        const cwd = read(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readlinkSync)(`/proc/${pid}/cwd`)) ?? '';
        if (/^git(-|$)/.test(name) &&
            directories.some((directory) => cwd === directory || cwd.startsWith(`${directory}/`))) {
            return true;
        }
        const files = read(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(`/proc/${pid}/fd`)) ?? [];
        return files.some((file) => read(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readlinkSync)(`/proc/${pid}/fd/${file}`)) === lock);
    });
}
function temporaryObjects(directory) {
    const names = read(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(directory)) ?? [];
    return names.filter((name) => /^(tmp_(obj|pack|idx|rev|bitmap)_|\.tmp-)/.test(name));
}


/***/ }),

/***/ 3574:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ Transaction)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);

class Transaction {
    ledger;
    #record;
    #noted = {};
    constructor(ledger, record) {
        this.ledger = ledger;
        this.#record = record;
    }
    get record() {
        return this.#record;
    }
    get privateDirectory() {
        return (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(this.ledger.directory, `tx-${this.#record.id}`);
    }
    path(name) {
        return (0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(this.privateDirectory, name);
    }
    ref(checkpoint) {
        return `refs/atomic/${this.#record.id}/${checkpoint}`;
    }
    async update(changes) {
        const all = { ...this.#noted, ...changes };
        await this.ledger.update(this.#record.id, all);
        this.#record = { ...this.#record, ...all };
        this.#noted = {};
    }
    note(changes) {
        this.#noted = { ...this.#noted, ...changes };
        this.#record = { ...this.#record, ...changes };
    }
    reread() {
        this.#record = { ...this.ledger.find(this.#record.id), ...this.#noted };
    }
}


/***/ }),

/***/ 6463:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  B: () => (/* binding */ Parties)
});

// EXTERNAL MODULE: ./lib/disk.js
var disk = __nccwpck_require__(7486);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __nccwpck_require__(452);
// EXTERNAL MODULE: ./lib/layout.js
var layout = __nccwpck_require__(9449);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: ./lib/before.js
var lib_before = __nccwpck_require__(5656);
// EXTERNAL MODULE: ./lib/commit-object.js
var commit_object = __nccwpck_require__(4468);
// EXTERNAL MODULE: ./lib/file-modes.js
var file_modes = __nccwpck_require__(7404);
// EXTERNAL MODULE: ./lib/head.js
var lib_head = __nccwpck_require__(5005);
// EXTERNAL MODULE: ./lib/paths.js
var paths = __nccwpck_require__(1307);
// EXTERNAL MODULE: ./lib/preconditions.js
var preconditions = __nccwpck_require__(5224);
// EXTERNAL MODULE: ./lib/replay.js
var replay = __nccwpck_require__(6692);
// EXTERNAL MODULE: ./lib/restoration.js
var restoration = __nccwpck_require__(535);
// EXTERNAL MODULE: ./lib/snapshots.js
var snapshots = __nccwpck_require__(3710);
// EXTERNAL MODULE: ./lib/target-index.js
var target_index = __nccwpck_require__(383);
// EXTERNAL MODULE: ./lib/control-files.js
var control_files = __nccwpck_require__(2140);
// EXTERNAL MODULE: ./lib/effect.js
var effect = __nccwpck_require__(7322);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./lib/attributes.js
var attributes = __nccwpck_require__(2114);
;// CONCATENATED MODULE: ./lib/file-contents.js







const LARGE = 8 * 1024 * 1024;
const READERS = 2;
const isRegular = (mode) => mode.startsWith('100');
async function rewriteFiles(git, { index, root }, changes) {
    if (changes.some(({ path }) => external_node_path_.posix.basename(path) === '.gitattributes'))
        return [];
    const candidates = changes.filter(({ path, before, after }) => isRegular(before.mode) && before.mode === after.mode && !path.includes('\n'));
    if (candidates.length === 0 || (await (0,attributes/* convertsLineEnds */.HR)(git)).toCrlf)
        return [];
    const names = candidates.map(({ path }) => path);
    const conversions = await (0,attributes/* conversionsOf */.HC)(git, names, { index });
    const plain = candidates.filter(({ path }) => {
        const conversion = conversions.get(path);
        return !conversion?.content && !conversion?.toCrlf;
    });
    if (plain.length === 0)
        return [];
    const isInside = (0,file_modes/* insideOf */.kP)(root);
    const written = [];
    const write = ({ path }, content) => {
        if (isInside(path) && overwrite((0,file_modes/* pathOf */.XM)(root, path), content))
            written.push(path);
    };
    const share = Math.ceil(plain.length / READERS);
    const shares = Array.from({ length: READERS }, (_, n) => plain.slice(n * share, (n + 1) * share));
    await (0,effect/* effect */.Q)('rewrite files', () => Promise.all(shares.map((part) => readObjects(git, part, write))));
    return written;
}
async function readObjects(git, changes, visit) {
    let at = 0;
    let left = 0;
    let isLarge = false;
    let parts = [];
    const onData = (data) => {
        for (let rest = data; rest.length > 0;) {
            const isHeader = left === 0;
            const newline = rest.indexOf('\n');
            const length = isHeader ? newline + 1 || rest.length : Math.min(left, rest.length);
            if (isHeader || !isLarge)
                parts.push(rest.subarray(0, length));
            rest = rest.subarray(length);
            if (isHeader) {
                if (newline < 0)
                    return;
                left = sizeOf(changes[at], Buffer.concat(parts)) + 1;
                isLarge = left > LARGE;
                parts = [];
                continue;
            }
            left -= length;
            if (left > 0)
                return;
            if (!isLarge)
                visit(changes[at], Buffer.concat(parts).subarray(0, -1));
            at += 1;
            parts = [];
        }
    };
    const input = changes.map(({ before }) => `${before.id}\n`).join('');
    await git.run(['cat-file', '--batch', '--buffer'], { input, onData });
}
function sizeOf({ before }, header) {
    const [, id, size] = /^([0-9a-f]+) blob (\d+)\n$/.exec(header.toString('latin1')) ?? [];
    if (id !== before.id)
        throw new Error(`git cat-file says of ${before.id}: ${header.toString().trim()}`);
    return Number(size);
}
function overwrite(path, content) {
    let descriptor;
    try {
        descriptor = (0,external_node_fs_.openSync)(path, external_node_fs_.constants.O_WRONLY | external_node_fs_.constants.O_NOFOLLOW | external_node_fs_.constants.O_NONBLOCK);
    }
    catch (error) {
        if ((0,errors/* errorCode */.CA)(error) === undefined)
            throw error;
        return false;
    }
    try {
        const stats = (0,external_node_fs_.fstatSync)(descriptor);
        if (!stats.isFile() || stats.nlink !== 1)
            return false;
        (0,disk/* writeAll */.f4)(descriptor, content);
        if (stats.size > content.length)
            (0,external_node_fs_.ftruncateSync)(descriptor, content.length);
        return true;
    }
    catch (error) {
        if ((0,errors/* errorCode */.CA)(error) === undefined)
            throw error;
        return false;
    }
    finally {
        (0,external_node_fs_.closeSync)(descriptor);
    }
}

// EXTERNAL MODULE: ./lib/nested.js
var nested = __nccwpck_require__(4128);
// EXTERNAL MODULE: ./lib/submodules.js
var submodules = __nccwpck_require__(9828);
;// CONCATENATED MODULE: ./lib/undo.js
















const ROUNDS = 3;
class Undo {
    #transaction;
    #git;
    #layout;
    #quarantine;
    #snapshots;
    #seeds;
    #say;
    #stay = new Set();
    constructor(transaction, { layout, quarantine, snapshots, say }, seeds) {
        this.#transaction = transaction;
        this.#git = quarantine.git;
        this.#layout = layout;
        this.#quarantine = quarantine;
        this.#seeds = seeds;
        this.#snapshots = snapshots;
        this.#say = say;
    }
    get #record() {
        return this.#transaction.record;
    }
    get #place() {
        return { root: this.#layout.topLevel, id: this.#record.id, say: this.#say };
    }
    async run() {
        const { preop_sha: before, branch, branch_sha: base, task_id: taskId } = this.#record;
        if (before === null || !(0,lib_before/* isSaved */.Gs)(this.#snapshots))
            return;
        this.#snapshots.ignoreCancellation();
        const why = `atomic-publish: rolled back ${taskId}`;
        const known = (0,lib_before/* readBefore */._H)(this.#snapshots);
        await (0,control_files/* moveDirectoriesAside */.J4)(this.#layout, this.#place);
        await this.#unlessFull(() => this.#noteControlFiles(known));
        await (0,control_files/* restoreControlFiles */.ZM)(known.control, this.#layout);
        const head = { branch: branch, commit: base };
        await (0,lib_head/* mendHead */.D2)(this.#layout, head);
        await this.#unlessFull(() => this.#keepControlFiles());
        const options = { index: this.#snapshots.path('index.pre-op') };
        const files = await this.#snapshots.names(['ls-files', '-z'], options);
        const modes = () => (0,file_modes/* restoreModes */.hL)(this.#layout.topLevel, files, known.umask, known.modes);
        await this.#open(files);
        for (let round = 1;; round += 1) {
            let left;
            try {
                const [saved, restored] = await Promise.allSettled([
                    this.#save(known, files, round === 1),
                    round > 1 ? modes() : undefined,
                ]);
                if (restored.status === 'rejected')
                    throw restored.reason;
                if (saved.status === 'rejected')
                    throw saved.reason;
                left = saved.value;
            }
            catch (error) {
                const isFull = (0,errors/* asTransactionError */.Bv)(error, '').code === 'INSUFFICIENT_DISK_SPACE';
                if (!isFull || !(await this.#removeAdded(known)))
                    throw error;
                continue;
            }
            if (left === undefined && round === 1)
                await modes();
            if (left === undefined)
                break;
            if (round > ROUNDS) {
                throw new errors/* TransactionError */.Jn('ROLLBACK_FAILED', `${(0,paths/* quote */.hD)((0,file_modes/* textOf */.b6)(left))} does not become what it was before`, {
                    next: `What it was is at ${this.#transaction.ref('pre-op')}.`,
                });
            }
            await this.#restore(before, known, round === 1);
        }
        if (await this.#narrow(known))
            await modes();
        await (0,lib_head/* leaveUnfinished */.$B)(this.#git, this.#layout);
        await (0,lib_head/* returnToBranch */.i1)(this.#git, head, why);
        for (const ref of await (0,lib_head/* returnBranch */.Z3)(this.#git, head, why, this.#transaction.ref('branch-')))
            this.#say(`Warning: a branch stood in the way of ${(0,paths/* quote */.hD)(branch)}. What it led to is kept: ${ref}`);
        await this.#restoreIndex();
        await (0,submodules/* checkOutAgain */.Dg)(this.#place, known.submodules, this.#snapshots);
        await disk/* syncFileSystems */.O9(...(0,layout/* placesOf */.ek)(this.#layout));
        await (0,lib_before/* forgetBefore */.zc)(this.#snapshots);
    }
    async #noteControlFiles(known) {
        const noted = disk/* ignoreMissing */.bt(() => (0,external_node_fs_.readFileSync)(this.#noted, 'latin1')) ?? '';
        const stands = (0,control_files/* changedControlFiles */.t1)(known.control, this.#layout).filter((text) => !noted.includes(text));
        if (stands.length === 0)
            return;
        const text = Buffer.from(noted + stands.join(''), 'latin1');
        await disk/* replaceFile */.fR(this.#noted, text, `${this.#noted}.next`);
    }
    async #keepControlFiles() {
        const noted = disk/* ignoreMissing */.bt(() => (0,external_node_fs_.readFileSync)(this.#noted, 'latin1'));
        if (noted === undefined)
            return;
        const ref = this.#transaction.ref('control');
        const kept = (await this.#git.try(['cat-file', 'blob', ref])).stdout.toString('latin1');
        if (!kept.includes(noted)) {
            const input = Buffer.from(kept + noted, 'latin1');
            const blob = await this.#git.run(['hash-object', '-w', '--stdin'], { input });
            await this.#quarantine.release();
            await this.#git.run(['update-ref', ref, blob]);
        }
        this.#say(`What stood in the configuration of this clone is kept: git show ${ref}`);
    }
    get #noted() {
        return this.#snapshots.path('control');
    }
    async #unlessFull(keep) {
        try {
            await keep();
        }
        catch (error) {
            if ((0,errors/* asTransactionError */.Bv)(error, '').code !== 'INSUFFICIENT_DISK_SPACE')
                throw error;
            this.#say('Warning: the disk is full, and what stood in the configuration of this clone was not kept.');
        }
    }
    async #removeAdded(known) {
        const options = { index: this.#snapshots.path('index.pre-op'), workTree: this.#layout.topLevel };
        const others = await this.#snapshots.names(['ls-files', '-z', '--others', '--exclude-standard'], options);
        const added = others.filter((name) => !name.endsWith('/') && !(0,lib_before/* isIgnoredBefore */.os)(name, known));
        await this.#open(added);
        await (0,effect/* effect */.Q)('remove added', () => {
            for (const name of added)
                (0,file_modes/* removeFile */.nM)(this.#layout.topLevel, name);
        });
        return added.length > 0;
    }
    async #restoreIndex() {
        const saved = (0,external_node_fs_.readFileSync)(this.#snapshots.path('index.saved'));
        const now = disk/* ignoreMissing */.bt(() => (0,external_node_fs_.readFileSync)(this.#layout.index));
        if (now?.equals(saved))
            return;
        if (saved.length === 0)
            return disk/* remove */.TF(this.#layout.index);
        const lock = `${this.#layout.index}.lock`;
        await disk/* createFile */.x3(lock, saved, disk/* modeOf */.VV(this.#snapshots.path('index.saved')));
        await disk/* rename */.$w(lock, this.#layout.index);
        (0,snapshots/* keepTime */.dG)((0,snapshots/* timeOf */.nR)(this.#snapshots.path('index.saved')), this.#layout.index);
    }
    async #save(known, files, isNew) {
        const { id, task_id: taskId, preop_sha: before } = this.#record;
        const seed = this.#seeds.find((name) => (0,external_node_fs_.existsSync)(this.#snapshots.path(name)));
        const how = { isTolerant: true, isNew };
        const standing = await this.#snapshots.take('index.now', this.#snapshots.path(seed), how);
        const all = await this.#snapshots.addIgnored('index.now', files, true).catch(() => undefined);
        const tree = all ?? standing;
        const head = await (0,layout/* commitAt */.du)(this.#git, 'HEAD');
        const branch = await (0,layout/* commitAt */.du)(this.#git, this.#record.branch);
        const differ = await this.#difference(before, tree);
        const left = differ.find((one) => !(0,lib_before/* isLeftAlone */.$W)(one, known) && !this.#stay.has(one.path))?.path;
        const ref = this.#transaction.ref('emergency');
        if (left === undefined && (await this.#areKept([head, branch], ref)))
            return undefined;
        const parents = [head, await (0,layout/* commitAt */.du)(this.#git, 'MERGE_HEAD'), branch];
        const earlier = await (0,layout/* commitAt */.du)(this.#git, ref);
        const staged = await this.#git.try(['write-tree'], {
            index: await this.#snapshots.copyOf(this.#layout.index, 'index.staged'),
        });
        const metadata = {
            message: `EMERGENCY: ${taskId}\n\nThe working tree before it was put back to pre-op.\n\nTransaction-ID: ${id}\n`,
            author: commit_object/* MACHINE */.Wp,
            date: Math.floor(Date.now() / 1000),
        };
        if (staged.exitCode === 0) {
            const index = staged.stdout.toString().trim();
            parents.push(await (0,commit_object/* commitTree */.SC)(this.#git, index, head ? [head] : [], metadata, undefined));
        }
        const distinct = [...new Set([...parents, earlier])].filter((parent) => parent !== '');
        const commit = await (0,commit_object/* commitTree */.SC)(this.#git, tree, distinct, metadata, undefined);
        await this.#quarantine.release();
        await this.#git.run(['update-ref', ref, commit]);
        await disk/* syncFileSystems */.O9(this.#layout.commonDirectory);
        return left;
    }
    async #areKept(commits, ref) {
        const roots = [this.#record.base_sha, await (0,layout/* commitAt */.du)(this.#git, ref)].filter((root) => root !== '');
        for (const commit of commits.filter((one) => one !== '')) {
            const isReached = await Promise.all(roots.map((root) => this.#git.isAncestor(commit, root)));
            if (!isReached.includes(true))
                return false;
        }
        return true;
    }
    #difference(from, to) {
        const options = { index: this.#snapshots.path('index.now'), encoding: 'latin1' };
        return (0,replay/* treeDiff */.Kp)(this.#git, from, to, options);
    }
    async #restore(commit, known, mayRewrite) {
        const options = { index: this.#snapshots.path('index.now'), workTree: this.#layout.topLevel };
        const tree = await this.#git.run(['write-tree'], options);
        const all = await this.#difference(commit, tree);
        await this.#open(all.map(({ path }) => path));
        for (const change of all.filter(submodules/* isMoved */.yu))
            if (!(await (0,submodules/* moveBack */.Jx)(this.#place, change)))
                this.#stay.add(change.path);
        const files = all.filter(submodules/* isFile */.fo).map(({ path }) => path);
        await (0,nested/* moveRepositoriesAside */.g)(this.#place, files);
        const kept = all.filter((change) => (0,lib_before/* isLeftAlone */.$W)(change, known));
        const absent = new Set(known.absent);
        const changes = all.filter(({ path }) => mayRewrite && !absent.has(path));
        const written = await rewriteFiles(this.#git, { index: options.index, root: this.#layout.topLevel }, changes);
        if (written.length === all.length)
            return;
        await this.#snapshots.mark('--add', written, options);
        const names = kept.map(({ path }) => path);
        await this.#snapshots.mark('--force-remove', names, options);
        try {
            await this.#git.run(['read-tree', '--reset', '-u', `${commit}^{tree}`], options);
        }
        catch (error) {
            throw (0,errors/* asTransactionError */.Bv)(error, 'the working tree could not be put back');
        }
    }
    async #narrow({ absent }) {
        const standing = absent.filter((name) => (0,file_modes/* isFileAt */.e9)(this.#layout.topLevel, name));
        if (standing.length === 0)
            return false;
        await this.#open(standing);
        await (0,effect/* effect */.Q)('leave out', () => {
            for (const name of standing)
                (0,file_modes/* removeFile */.nM)(this.#layout.topLevel, name);
        });
        await this.#snapshots.mark('--skip-worktree', standing, { index: this.#snapshots.path('index.now') });
        return true;
    }
    #open(names) {
        return (0,effect/* effect */.Q)('open directories', () => (0,file_modes/* openDirectories */.iu)(this.#layout.topLevel, names));
    }
}

;// CONCATENATED MODULE: ./lib/operation.js















class Operation {
    #transaction;
    #git;
    #layout;
    #quarantine;
    #snapshots;
    #place;
    #signal;
    #tip = '';
    #marker;
    #isOpen = false;
    constructor(transaction, options) {
        const { layout, quarantine, signal } = options;
        this.#transaction = transaction;
        this.#git = quarantine.git;
        this.#layout = layout;
        this.#quarantine = quarantine;
        this.#signal = signal;
        this.#snapshots = new snapshots/* Snapshots */.qv(quarantine, layout, transaction.privateDirectory, signal);
        this.#place = { ...options, snapshots: this.#snapshots };
    }
    get restoration() {
        return new restoration/* Restoration */.ZF(this.#transaction, this.#place);
    }
    get #record() {
        return this.#transaction.record;
    }
    #run(args, options = {}) {
        return this.#git.run(args, { signal: this.#signal, ...options });
    }
    async checkpoint(by) {
        const { id, task_id: taskId, base_sha: base } = this.#record;
        const unfinished = (0,lib_head/* findUnfinished */.dJ)(this.#layout);
        if (unfinished !== undefined) {
            throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `a merge, a rebase or the like is under way in this working tree (${unfinished} exists)`, { next: 'Finish or abort it first.' });
        }
        const before = disk/* ignoreMissing */.bt(() => (0,external_node_fs_.readFileSync)(this.#layout.index));
        await disk/* createFile */.x3(this.#snapshots.path('index.saved'), before ?? '', disk/* modeOf */.VV(this.#layout.index));
        (0,snapshots/* keepTime */.dG)((0,snapshots/* timeOf */.nR)(this.#layout.index), this.#snapshots.path('index.saved'));
        const settings = ['-c', 'core.safecrlf=true'];
        const tree = await this.#snapshots.take('index.pre-op', this.#layout.index, { settings });
        const intended = await (0,lib_before/* saveBefore */.ns)(this.#snapshots, this.#layout, 'index.pre-op', this.#signal);
        this.#isOpen = true;
        const staged = await this.#run(['write-tree'], {
            index: await this.#snapshots.copyOf(this.#snapshots.path('index.saved'), 'index.staged'),
        });
        const note = (text) => ({
            ...by,
            message: `PRE-OP: ${taskId}\n\n${text}\n\nTransaction-ID: ${id}\n`,
        });
        const said = note(['The index as it was.', ...intended.map(restoration/* intention */.rY)].join('\n'));
        const index = await (0,commit_object/* commitTree */.SC)(this.#git, staged, [base], said, this.#signal);
        const parents = [base, index];
        const commit = await (0,commit_object/* commitTree */.SC)(this.#git, tree, parents, note('The working tree as it was.'), this.#signal);
        await this.#quarantine.release();
        await this.#run(['update-ref', this.#transaction.ref('pre-op'), commit]);
        await disk/* syncFileSystems */.O9(this.#layout.commonDirectory);
        await this.#transaction.update({ preop_sha: commit });
    }
    async snapshot(by, seed) {
        const { id, task_id: taskId, preop_sha: before } = this.#record;
        const standing = await this.#snapshots.take('index.op-exec', this.#snapshots.path(seed), { isNew: true });
        const tree = (await this.#followIndex()) ?? standing;
        const metadata = { ...by, message: `OP-EXEC: ${taskId}\n\nTransaction-ID: ${id}\n` };
        const head = await (0,layout/* commitAt */.du)(this.#git, 'HEAD');
        const commit = await (0,commit_object/* commitTree */.SC)(this.#git, tree, [before, ...(head ? [head] : [])], metadata, this.#signal);
        await this.#quarantine.release();
        await this.#run(['update-ref', this.#transaction.ref('op-exec'), commit]);
        await disk/* syncFileSystems */.O9(this.#layout.commonDirectory);
        this.#tip = await (0,layout/* commitAt */.du)(this.#git, this.#record.branch);
        await this.#transaction.update({ opexec_sha: commit });
    }
    async #followIndex() {
        const entries = await this.#snapshots.names(['ls-files', '-v', '-z', '--stage']);
        if (entries.some((entry) => !entry.slice(0, entry.indexOf('\t')).endsWith(' 0'))) {
            throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', 'the operation left a merge with conflicts', {
                next: 'Let the command of run resolve or abort it.',
            });
        }
        const absent = new Set((0,lib_before/* readBefore */._H)(this.#snapshots).absent);
        const isThere = (name) => disk/* ignoreMissing */.bt(() => (0,external_node_fs_.lstatSync)((0,file_modes/* pathOf */.XM)(this.#layout.topLevel, name))) !== undefined;
        const left = entries
            .filter((entry) => entry.startsWith('S '))
            .map(target_index/* nameOf */.Vb)
            .find((name) => !absent.has(name) && !isThere(name));
        if (left !== undefined) {
            throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `the operation left ${(0,paths/* quote */.hD)((0,file_modes/* textOf */.b6)(left))} out of the working tree, by a sparse checkout: it would be committed as removed`, { next: 'Set the sparse checkout up before this step.' });
        }
        if (entries.length === 0)
            return undefined;
        const tracked = new Set(entries.map(target_index/* nameOf */.Vb));
        const saved = this.#snapshots.path('index.saved');
        const before = await this.#snapshots.names(['ls-files', '-z'], {
            index: await this.#snapshots.copyOf(saved, 'index.staged'),
        });
        return this.#snapshots.dropIgnored('index.op-exec', before.filter((name) => !tracked.has(name)));
    }
    async changes() {
        const { preop_sha: before, opexec_sha: after } = this.#record;
        const known = (0,lib_before/* readBefore */._H)(this.#snapshots);
        const all = await (0,replay/* treeDiff */.Kp)(this.#git, before, after, { signal: this.#signal });
        return all.filter(({ path, ...sides }) => !(0,lib_before/* isLeftAlone */.$W)({ path: Buffer.from(path).toString('latin1'), ...sides }, known));
    }
    async requireUnchanged(when) {
        const tree = await this.#snapshots.take('index.now', this.#snapshots.path('index.op-exec'));
        const [now] = await (0,replay/* treeDiff */.Kp)(this.#git, this.#record.opexec_sha, tree, { signal: this.#signal });
        if (now === undefined)
            return;
        throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `${(0,paths/* quote */.hD)(now.path)} changed after the operation, ${when}`, {
            next: 'Gates and validation may read the working tree, not write it. Do everything in run.',
        });
    }
    get indexScope() {
        const changed = async () => new Set((await this.changes()).map(({ path }) => path));
        return { changed, saved: this.#snapshots.path('index.saved') };
    }
    get tip() {
        return this.#tip;
    }
    async lastCommit() {
        const isOn = this.#tip !== '' && (await this.#git.isAncestor(this.#marker, this.#tip));
        return isOn ? this.#tip : this.#marker;
    }
    async mark(metadata) {
        const { base_sha: base, branch } = this.#record;
        const tree = await this.#run(['rev-parse', `${base}^{tree}`]);
        this.#marker = await (0,commit_object/* commitTree */.SC)(this.#git, tree, [base], metadata, this.#signal);
        await this.#quarantine.release();
        await this.#run(['update-ref', '-m', metadata.message.split('\n')[0], branch, this.#marker, base]);
    }
    async prepare() { }
    async commit() {
        await (0,lib_head/* leaveUnfinished */.$B)(this.#git, this.#layout);
        const { task_id: taskId, branch, base_sha: base } = this.#record;
        const head = { branch: branch, commit: base };
        await (0,lib_head/* returnToBranch */.i1)(this.#git, head, `atomic-publish: ${taskId}`, this.#signal);
    }
    async rollback() {
        const { preop_sha: before, opexec_sha: after } = this.#record;
        if (before === null)
            return;
        const first = this.#isOpen ? 0 : after !== null ? 1 : 2;
        const seeds = ['index.now', 'index.op-exec', 'index.pre-op'].slice(first);
        if (this.#isOpen && !(0,lib_before/* isSaved */.Gs)(this.#snapshots)) {
            throw new errors/* TransactionError */.Jn('ROLLBACK_FAILED', `${(0,paths/* quote */.hD)(this.#snapshots.path('before'))} was removed by another process: the way back is gone`, {
                next: `The working tree as it was is at ${this.#transaction.ref('pre-op')}. See docs/recovery.md.`,
            });
        }
        await new Undo(this.#transaction, this.#place, seeds).run();
        this.#isOpen = false;
    }
    get isForgotten() {
        if (!(0,lib_before/* isSaved */.Gs)(this.#snapshots))
            return false;
        const { gitDirectory } = (0,lib_before/* readBefore */._H)(this.#snapshots);
        return (0,preconditions/* isWithin */.UO)(this.#layout.commonDirectory, gitDirectory) && !(0,external_node_fs_.existsSync)(gitDirectory);
    }
    async complete() { }
    async kept() {
        const ref = this.#transaction.ref('emergency');
        return (await (0,layout/* commitAt */.du)(this.#git, ref)) === ''
            ? ''
            : `git diff --stat ${this.#transaction.ref('pre-op')} ${ref}`;
    }
    async alsoChangedBefore() {
        const { base_sha: base, preop_sha: before } = this.#record;
        const own = new Set((await (0,replay/* treeDiff */.Kp)(this.#git, base, before, { signal: this.#signal })).map(({ path }) => path));
        if (own.size === 0)
            return [];
        return (await this.changes()).map(({ path }) => path).filter((path) => own.has(path));
    }
}

// EXTERNAL MODULE: ./lib/record.js
var record = __nccwpck_require__(5894);
;// CONCATENATED MODULE: ./lib/quarantine.js






const PACKS = 'pack';
const FOLDER = /^[0-9a-f]{2}$/;
const OBJECT = /^([0-9a-f]{38}|[0-9a-f]{62}|pack-[0-9a-f]+\.[a-z]+)$/;
const MOVES = 10;
class Quarantine {
    git;
    directory;
    #transaction;
    #commonDirectory;
    #isRemoved = false;
    constructor(transaction, git, { commonDirectory }) {
        this.#transaction = transaction;
        this.#commonDirectory = commonDirectory;
        this.directory = (0,external_node_path_.join)(commonDirectory, 'objects', `atomic-${transaction.record.id}`);
        (0,external_node_fs_.rmSync)(this.directory, { recursive: true, force: true });
        this.git = git.withObjectsIn(() => this.#apart, commonDirectory);
    }
    get #own() {
        if (!(0,disk/* isDirectory */.wd)(this.directory)) {
            (0,external_node_fs_.rmSync)(this.directory, { force: true });
            (0,external_node_fs_.mkdirSync)(this.directory);
        }
        return this.directory;
    }
    get #apart() {
        if (this.#isRemoved || (0,record/* isTerminal */.Hd)(this.#transaction.record))
            return undefined;
        try {
            return this.#own;
        }
        catch (error) {
            if ((0,errors/* isNoSpace */.YV)(error))
                return undefined;
            throw error;
        }
    }
    async release(...places) {
        await this.#sync(places);
        try {
            await (0,effect/* effect */.Q)('release objects', () => this.#releaseAll());
        }
        catch (error) {
            if (!['EACCES', 'EPERM'].includes((0,errors/* errorCode */.CA)(error) ?? ''))
                throw error;
            await this.#packLoose();
            await this.#sync([]);
            await (0,effect/* effect */.Q)('release packs', () => this.#releaseAll());
        }
        const here = (0,external_node_fs_.statSync)(this.#commonDirectory).dev;
        const isElsewhere = (path) => ((0,disk/* ignoreMissing */.bt)(() => (0,external_node_fs_.statSync)(path).dev) ?? here) !== here;
        const objects = (0,external_node_path_.dirname)(this.directory);
        const others = [objects, (0,external_node_path_.join)(objects, PACKS)].filter(isElsewhere);
        if (others.length > 0)
            await (0,disk/* syncFileSystems */.O9)(...others);
    }
    async #sync(places) {
        this.#keepPacks();
        await (0,disk/* syncFileSystems */.O9)(...places, this.#own);
    }
    get #folders() {
        const folders = (0,external_node_fs_.readdirSync)(this.#own).filter((name) => FOLDER.test(name) || name === PACKS);
        return folders.filter((name) => (0,disk/* isDirectory */.wd)((0,external_node_path_.join)(this.directory, name)));
    }
    #namesIn(folder) {
        const from = (0,external_node_path_.join)(this.#own, folder);
        if (!(0,disk/* isDirectory */.wd)(from))
            return [];
        const items = (0,external_node_fs_.readdirSync)(from, { withFileTypes: true });
        return items.filter((item) => item.isFile() && OBJECT.test(item.name)).map(({ name }) => name);
    }
    removeUnfinished() {
        for (const folder of this.#folders) {
            const finished = this.#namesIn(folder);
            for (const name of (0,external_node_fs_.readdirSync)((0,external_node_path_.join)(this.directory, folder))) {
                if (!finished.includes(name))
                    (0,external_node_fs_.rmSync)((0,external_node_path_.join)(this.directory, folder, name), { recursive: true });
            }
        }
    }
    #releaseAll() {
        this.removeUnfinished();
        for (const folder of this.#folders)
            this.#releaseFolder(folder);
    }
    #releaseFolder(folder) {
        const [from, to] = [(0,external_node_path_.join)(this.directory, folder), (0,external_node_path_.join)(this.directory, '..', folder)];
        const rank = (name) => ['.keep', '', '.idx'].indexOf(/\.(keep|idx)$/.exec(name)?.[0] ?? '');
        for (let attempt = 1;; attempt += 1) {
            if (!(0,external_node_fs_.existsSync)(to) && hasMoved(from, to))
                return;
            const names = this.#namesIn(folder).sort((one, other) => rank(one) - rank(other));
            try {
                for (const name of names)
                    move((0,external_node_path_.join)(from, name), (0,external_node_path_.join)(to, name));
                return;
            }
            catch (error) {
                if ((0,errors/* errorCode */.CA)(error) !== 'ENOENT' || attempt === MOVES)
                    throw error;
            }
        }
    }
    async #packLoose() {
        const folders = this.#folders.filter((name) => name !== PACKS);
        const ids = folders.flatMap((folder) => this.#namesIn(folder).map((name) => folder + name));
        if (ids.length === 0)
            return;
        (0,external_node_fs_.mkdirSync)((0,external_node_path_.join)(this.directory, PACKS), { recursive: true });
        const pack = ['pack-objects', '--quiet', (0,external_node_path_.join)(this.directory, PACKS, 'pack')];
        await this.git.run(pack, { input: `${ids.join('\n')}\n` });
        for (const folder of folders)
            (0,external_node_fs_.rmSync)((0,external_node_path_.join)(this.directory, folder), { recursive: true, force: true });
    }
    #keepPacks() {
        for (const name of this.#namesIn(PACKS)) {
            if (!name.endsWith('.idx'))
                continue;
            const keep = (0,external_node_path_.join)(this.directory, PACKS, name.replace(/idx$/, 'keep'));
            (0,external_node_fs_.rmSync)(keep, { force: true });
            (0,external_node_fs_.writeFileSync)(keep, this.#mark, { flag: 'wx' });
        }
    }
    get #mark() {
        return `${(0,external_node_path_.basename)(this.directory)}\n`;
    }
    async remove() {
        this.#isRemoved = true;
        await (0,effect/* effect */.Q)('remove quarantine', () => {
            (0,external_node_fs_.rmSync)(this.directory, { recursive: true, force: true });
            const packs = (0,external_node_path_.join)(this.directory, '..', PACKS);
            for (const name of (0,disk/* ignoreMissing */.bt)(() => (0,external_node_fs_.readdirSync)(packs)) ?? []) {
                if (name.endsWith('.keep') && this.#isOwn((0,external_node_path_.join)(packs, name)))
                    (0,external_node_fs_.rmSync)((0,external_node_path_.join)(packs, name));
            }
        });
    }
    #isOwn(keep) {
        try {
            return (0,disk/* readRegular */.VX)(keep, this.#mark.length)?.toString() === this.#mark;
        }
        catch {
            return false;
        }
    }
}
function hasMoved(from, to) {
    try {
        (0,external_node_fs_.renameSync)(from, to);
        return true;
    }
    catch (error) {
        if ((0,errors/* errorCode */.CA)(error) === 'ENOTEMPTY' || (0,errors/* errorCode */.CA)(error) === 'EEXIST')
            return false;
        throw error;
    }
}
function move(from, to) {
    try {
        (0,external_node_fs_.renameSync)(from, to);
    }
    catch (error) {
        if ((0,errors/* errorCode */.CA)(error) !== 'EXDEV')
            throw error;
        const near = (0,external_node_path_.join)((0,external_node_path_.dirname)(to), `tmp_obj_${(0,external_node_path_.basename)(to)}`);
        (0,external_node_fs_.copyFileSync)(from, near);
        const descriptor = (0,external_node_fs_.openSync)(near, 'r');
        (0,external_node_fs_.fsyncSync)(descriptor);
        (0,external_node_fs_.closeSync)(descriptor);
        (0,external_node_fs_.renameSync)(near, to);
    }
}

// EXTERNAL MODULE: ./lib/backoff.js
var backoff = __nccwpck_require__(7119);
;// CONCATENATED MODULE: ./lib/branch.js



class Branch {
    #transaction;
    #git;
    constructor(transaction, git) {
        this.#transaction = transaction;
        this.#git = git;
    }
    get #record() {
        return this.#transaction.record;
    }
    get #absent() {
        return '0'.repeat(this.#record.base_sha.length);
    }
    #isOurs(commit) {
        return commit !== '' && [this.#record.local_sha, this.#record.commit_sha].includes(commit);
    }
    async #move(moves, why, signal) {
        if (moves.length === 0)
            return;
        await this.#git.run(['update-ref', '-m', why, '--stdin'], { input: `${moves.join('\n')}\n`, signal });
    }
    async inspect() {
        const { branch, branch_sha: before } = this.#record;
        const now = await (0,layout/* commitAt */.du)(this.#git, branch);
        if (this.#isOurs(now))
            return 'commit';
        return now === before ? 'base' : 'other';
    }
    async forward(from, signal) {
        const { branch, branch_sha: before, local_sha: commit, tag, task_id: taskId } = this.#record;
        try {
            const moves = [
                `update ${branch} ${commit} ${from || this.#absent}`,
                `update ${this.#transaction.ref('post-op')} ${commit}`,
            ];
            if (tag !== null)
                moves.push(`create ${tag} ${commit}`);
            await this.#move(moves, `atomic-publish: ${taskId}`, signal);
        }
        catch (error) {
            const now = await (0,layout/* commitAt */.du)(this.#git, branch).catch(() => 'nothing');
            if (now === before || now === commit)
                throw error;
            throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `branch ${(0,paths/* quote */.hD)(branch)} moved from ${before || 'nothing'} to ${now || 'nothing'} while this transaction ran`, { cause: error, next: 'The other commit was kept. Run again on top of it.' });
        }
    }
    async back() {
        const { branch, branch_sha: before, local_sha: commit, tag, task_id: taskId } = this.#record;
        const now = await (0,layout/* commitAt */.du)(this.#git, branch);
        const moves = [];
        if (this.#isOurs(now)) {
            moves.push(before === '' ? `delete ${branch} ${now}` : `update ${branch} ${before} ${now}`);
        }
        else if (now !== before && now !== '' && (await this.#git.isAncestor(commit, now))) {
            throw new errors/* TransactionError */.Jn('ROLLBACK_FAILED', `branch ${(0,paths/* quote */.hD)(branch)} is at ${now}, on top of this transaction's commit ${commit}: it cannot go back to ${before}`, { next: 'It was left alone. See docs/recovery.md, "A branch that someone else moved".' });
        }
        const tagged = tag === null ? '' : await (0,layout/* commitAt */.du)(this.#git, tag);
        if (this.#isOurs(tagged))
            moves.push(`delete ${tag} ${tagged}`);
        await this.#move(moves, `atomic-publish: rolled back ${taskId}`);
    }
    async catchUp(to) {
        const { branch, branch_sha: before, commit_sha: commit, tag, task_id: taskId } = this.#record;
        const now = await (0,layout/* commitAt */.du)(this.#git, branch);
        if (now !== before && !this.#isOurs(now))
            return now;
        const moves = [commit, to].includes(now) ? [] : [`update ${branch} ${to} ${now || this.#absent}`];
        const tagged = tag === null ? commit : await (0,layout/* commitAt */.du)(this.#git, tag);
        if (tagged === '' || (tagged !== commit && this.#isOurs(tagged))) {
            moves.push(`update ${tag} ${commit} ${tagged || this.#absent}`);
        }
        await this.#move(moves, `atomic-publish: ${taskId}`);
        return undefined;
    }
}
function tagExists(tag, commit, where) {
    return new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `input tag holds ${(0,paths/* quote */.hD)(tag.replace('refs/tags/', ''))}, which ${where} has at ${commit} already`, { next: 'A published tag is not moved. Give tag another name, or delete the old one first.' });
}

// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __nccwpck_require__(8161);
// EXTERNAL MODULE: ./lib/git.js
var lib_git = __nccwpck_require__(9151);
// EXTERNAL MODULE: ./lib/push-rights.js
var push_rights = __nccwpck_require__(6427);
;// CONCATENATED MODULE: ./lib/large-files.js







async function sendLargeFiles(git, { commonDirectory }, { remote, branch, commit, expected }, signal) {
    const storage = (await git.setting('lfs.storage')) || 'lfs';
    const places = [storage, storage.replace(/^~(?=\/)/, (0,external_node_os_.homedir)())];
    if (!places.some((place) => (0,external_node_fs_.existsSync)((0,external_node_path_.resolve)(commonDirectory, place, 'objects'))))
        return;
    const args = ['lfs', 'pre-push', remote, (await (0,push_rights/* pushUrl */.u9)(git, remote)) || remote];
    const input = `${branch} ${commit} ${branch} ${expected || '0'.repeat(commit.length)}\n`;
    const result = await git.try(args, { input, signal });
    if (result.exitCode === 0)
        return;
    const lines = `${result.stdout}\n${result.stderr}`
        .split('\n')
        .filter((line) => !/^(hint:|Uploading|$)/.test(line));
    const { code, message, tail } = (0,lib_git/* gitError */.N)(args, { ...result, stderr: lines.join('\n') });
    throw new errors/* TransactionError */.Jn(code, `what Git LFS keeps could not be sent to ${(0,paths/* quote */.hD)(remote)}: ${message}`, {
        tail,
        next: 'Check that git-lfs is installed, that the server has Git LFS, and that the content is in this clone.',
    });
}

;// CONCATENATED MODULE: ./lib/push.js







const listTraces = (traces) => ((0,disk/* ignoreMissing */.bt)(() => (0,external_node_fs_.readdirSync)(traces)) ?? []).map((name) => (0,external_node_fs_.readFileSync)((0,external_node_path_.join)(traces, name), 'utf8'));
function wasSent(traces) {
    return listTraces(traces).some((trace) => trace.includes('"pack-objects"'));
}
async function push(git, attempt) {
    const { remote, branch, tag, commit, expected, traces, signal } = attempt;
    const earlier = listTraces(traces).length;
    const trace = (0,external_node_path_.join)(traces, String(earlier + 1));
    const lease = `--force-with-lease=${branch}:${expected}`;
    const refspecs = [branch, ...(tag === null ? [] : [tag])].map((ref) => `${commit}:${ref}`);
    const args = ['push', '--porcelain', '--atomic', '--no-verify', lease, remote, ...refspecs];
    const result = await git.try(args, { signal, env: { GIT_TRACE2_EVENT: trace } });
    if (result.exitCode === 0)
        return { kind: 'accepted' };
    const why = refusal(result.stdout.toString());
    if (why !== undefined)
        return { kind: 'refused', why, error: refused(attempt, why, result) };
    const error = (0,lib_git/* gitError */.N)(args, result);
    if ((0,backoff/* isAnswered */.Qy)(error.message))
        return { kind: 'refused', why: error.message, error };
    const isWhole = (0,disk/* ignoreMissing */.bt)(() => (0,external_node_fs_.readFileSync)(trace, 'utf8'))?.includes('"event":"atexit"') ?? false;
    return { kind: isWhole && !wasSent(traces) ? 'unsent' : 'unknown', error };
}
const POLICY = /declined|protected|prohibited|denied|rule violation|must be made|status check/i;
function isPolicy(why) {
    return POLICY.test(why);
}
function refusal(report) {
    const reasons = [...report.matchAll(/^!\t[^\t]*\t\[(?:remote )?rejected\] \((.*)\)$/gm)].map(([, why]) => why);
    return reasons.find((why) => !/atomic (push|transaction) failed/.test(why)) ?? reasons[0];
}
function refused({ remote, branch }, why, result) {
    return new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `${(0,paths/* quote */.hD)(remote)} refused the push to ${(0,paths/* quote */.hD)(branch)}: ${why}`, {
        tail: result.stderr.trim().split('\n').filter(Boolean).slice(-20),
        next: /stale info|fetch first|non-fast-forward/.test(why)
            ? 'The remote moved meanwhile. Check out the branch as it is now and run again.'
            : 'See what the remote said: a hook, a protected branch or a missing permission. Then run again.',
    });
}
function inDoubt({ id, commit_sha: commit, branch, remote }, last) {
    if (last?.code === 'ROLLBACK_FAILED')
        return last;
    return new errors/* TransactionError */.Jn('ROLLBACK_FAILED', `transaction ${id} is in doubt: the push of ${commit} to ${(0,paths/* quote */.hD)(branch)} on ${(0,paths/* quote */.hD)(remote)} was not confirmed, and it may yet land${last ? `: ${last.message}` : ''}`, {
        cause: last,
        tail: last?.tail ?? [],
        next: 'Nothing was undone. The next run in this clone, or mode recover there, asks the remote again and settles it. ' +
            'In a fresh clone there is nothing to settle: the branch has the commit, or it has not.',
    });
}

// EXTERNAL MODULE: ./lib/remote-refs.js
var remote_refs = __nccwpck_require__(2860);
;// CONCATENATED MODULE: ./lib/remote-place.js






class RemotePlace {
    #git;
    #transaction;
    #url;
    #ahead;
    #end = new AbortController();
    constructor(git, transaction, url) {
        this.#git = git;
        this.#transaction = transaction;
        this.#url = url;
    }
    ask(patience) {
        const { remote, branch, tag } = this.#transaction.record;
        return (0,remote_refs/* readRemoteRefs */.Jg)(this.#git, remote, tag === null ? [branch] : [branch, tag], patience);
    }
    requireSame() {
        return (0,push_rights/* requireSamePlace */.B6)(this.#git, this.#transaction.record.remote, this.#url);
    }
    async noteUrl() {
        if (this.#url === undefined)
            return;
        await disk/* createFile */.x3(this.#noted, (0,paths/* withoutCredentials */.ri)(this.#url), 0o600);
    }
    async requireNoted() {
        const noted = disk/* ignoreMissing */.bt(() => (0,external_node_fs_.readFileSync)(this.#noted, 'utf8'));
        if (noted === undefined)
            return;
        const { id, remote } = this.#transaction.record;
        const now = (0,paths/* withoutCredentials */.ri)(await (0,push_rights/* pushUrl */.u9)(this.#git, remote));
        if (now === noted)
            return;
        const is = now === '' ? 'is gone' : `is ${(0,paths/* quote */.hD)(now)} now`;
        throw new errors/* TransactionError */.Jn('ROLLBACK_FAILED', `transaction ${id} is in doubt: it pushed to ${(0,paths/* quote */.hD)(noted)}, and remote ${(0,paths/* quote */.hD)(remote)} ${is}`, {
            next: `Nothing was touched. Give remote ${(0,paths/* quote */.hD)(remote)} that URL back, then run again: it decides.`,
        });
    }
    get #noted() {
        return this.#transaction.path('url');
    }
    askAhead({ say, signal }) {
        const signals = signal ? [this.#end.signal, signal] : [this.#end.signal];
        this.#ahead = this.#askHere({ say, signal: AbortSignal.any(signals), attempts: 1 });
        this.#ahead.catch(() => { });
    }
    async answer(patience) {
        const answer = await this.#ahead?.catch(() => undefined);
        this.#ahead = undefined;
        return answer ?? this.#askHere(patience);
    }
    async #askHere(patience) {
        const refs = this.ask(patience);
        refs.catch(() => { });
        await this.requireSame();
        return refs;
    }
    track() {
        const { remote, branch } = this.#transaction.record;
        return (0,remote_refs/* track */.u4)(this.#git, remote, branch);
    }
    close() {
        this.#end.abort();
    }
}

// EXTERNAL MODULE: ./lib/github.js
var github = __nccwpck_require__(1564);
;// CONCATENATED MODULE: ./lib/signature.js




function requireGitHub(place, patience) {
    if (place)
        return new github/* GitHub */.g(place, patience);
    throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', 'GitHub cannot be asked: there is no token or no repository', { next: 'Give token a token of an app, such as the job token, in a workflow of GitHub.' });
}
async function sign(git, github, { commit, remote, ref }, patience) {
    const args = ['push', '--quiet', '--force', '--no-verify', remote, `${commit}:${ref}`];
    await (0,remote_refs/* runRemotely */.Jl)(git, args, patience);
    const text = await git.run(['cat-file', 'commit', commit]);
    const headers = text.slice(0, text.indexOf('\n\n')).split('\n');
    const values = (name) => headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
    const message = `${text.slice(text.indexOf('\n\n') + 2)}\n`;
    return github.createCommit({ message, tree: values('tree')[0], parents: values('parent') });
}
async function fastForward(github, branch, commit) {
    const { error, why } = await github.fastForward(branch, commit);
    if (error === undefined)
        return { kind: 'accepted' };
    return why === undefined ? { kind: 'unknown', error } : { kind: 'refused', why, error };
}
async function removeTemporaryRef(git, { remote, ref }, patience) {
    await (0,remote_refs/* runRemotely */.Jl)(git, ['push', '--quiet', '--no-verify', remote, `:${ref}`], patience);
}
function noBranch(branch, remote) {
    return new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `${(0,paths/* quote */.hD)(remote)} has no branch ${(0,paths/* quote */.hD)(branch)}, and with sign: github one that exists can be moved only`, { next: 'Push the branch once, or publish to it the first time with sign set to none.' });
}

;// CONCATENATED MODULE: ./lib/remote.js













class Remote {
    #transaction;
    #git;
    place;
    #repository;
    #policy;
    #say;
    #signal;
    #patientSignal;
    #tip = '';
    #hasMoved = false;
    #tagged;
    #mayLand = false;
    #wasPatched;
    constructor(transaction, options) {
        this.#transaction = transaction;
        this.#git = options.git;
        this.place = new RemotePlace(options.git, transaction, options.policy.url);
        this.#repository = options.repository;
        this.#policy = options.policy;
        this.#say = options.say;
        this.#signal = options.signal;
        this.#patientSignal = options.signal;
        this.#wasPatched = this.#record.state === 'PUSHING' && this.#isSigned;
    }
    get mayLand() {
        return this.#mayLand;
    }
    get #record() {
        return this.#transaction.record;
    }
    get #patience() {
        return { say: this.#say, signal: this.#patientSignal };
    }
    get #isSigned() {
        if (this.#record.state === 'PUSHING')
            return this.#record.temporary_ref !== null;
        return this.#policy.sign === 'github';
    }
    async #note(answer) {
        const refs = await answer;
        this.#tip = refs.get(this.#record.branch) ?? '';
        return refs;
    }
    #fetch(commit) {
        return (0,remote_refs/* fetchCommit */.iH)(this.#git, this.#record.remote, commit, this.#patience);
    }
    async carries(path) {
        const { base_sha: base, tag } = this.#record;
        const refs = await this.#note(this.place.answer(this.#patience));
        for (const commit of [this.#tip, ...(tag === null ? [] : [refs.get(tag) ?? ''])]) {
            if (commit === '')
                return false;
            if (commit !== base)
                await this.#fetch(commit);
            const isThere = path === undefined
                ? await this.#git.isAncestor(base, commit)
                : await (0,layout/* sameAt */._j)(this.#git, path, base, commit);
            if (!isThere)
                return false;
        }
        return true;
    }
    async prepare() {
        const { base_sha: base, remote, tag } = this.#record;
        const tagged = (await this.#note(this.place.answer(this.#patience))).get(tag ?? '');
        if (tagged !== undefined)
            throw tagExists(tag, tagged, `remote ${(0,paths/* quote */.hD)(remote)}`);
        const tip = this.#tip;
        if (tip === '' && this.#isSigned)
            throw noBranch(this.#record.branch, remote);
        this.#transaction.note({ remote_sha: tip });
        if (tip === '' || tip === base)
            return;
        if ((await (0,remote_refs/* hasCommit */.QE)(this.#git, tip)) && (await this.#git.isAncestor(tip, base)))
            return;
        await this.#requireReplay();
        await this.#repository.requireReplayable(tip, this.#policy.dependsOn);
        this.#hasMoved = true;
    }
    async sendLargeFiles() {
        const { remote, branch, local_sha: commit, remote_sha: expected } = this.#record;
        const delivery = { remote: remote, branch: branch, commit: commit, expected: expected };
        await sendLargeFiles(this.#git, this.#repository.layout, delivery, this.#signal);
    }
    async #requireReplay() {
        const { branch, base_sha: base, remote, tag } = this.#record;
        if (this.#tagged !== undefined)
            throw tagExists(tag, this.#tagged, `remote ${(0,paths/* quote */.hD)(remote)}`);
        if (this.#tip !== '')
            await this.#fetch(this.#tip);
        if (this.#tip !== '' && this.#policy.onConflict === 'replay')
            return;
        throw (0,replay/* remoteMoved */.w8)(`${(0,paths/* quote */.hD)(remote)} has ${(0,paths/* quote */.hD)(branch)} at ${this.#tip || 'nothing'}, which is not in the base commit ${base}`, 'Check out the branch as it is now and run again, or set on-conflict to replay.');
    }
    async commit() {
        this.#signal?.throwIfAborted();
        this.#patientSignal = (0,backoff/* patient */.Im)(this.#signal);
        const { attempts } = this.#policy;
        if (this.#record.state !== 'PUSHING')
            await this.place.requireSame();
        let unanswered = 0;
        for (let attempt = 1;; attempt += 1) {
            if (this.#hasMoved)
                await this.#makeAgain();
            else if (this.#record.state !== 'PUSHING')
                await this.#announce(this.#record.commit_sha, {});
            const isOpen = this.#wasSent;
            disk/* refuseSymlink */.Uf(this.#transaction.privateDirectory);
            (0,external_node_fs_.mkdirSync)(this.#traces, { recursive: true });
            this.#mayLand = true;
            const answer = await this.#send();
            const where = await this.inspect(1);
            if (where === 'commit')
                return;
            await this.#judge(answer, where, isOpen);
            unanswered = this.#hasMoved ? 0 : unanswered + 1;
            if (attempt >= attempts || unanswered >= backoff/* CONNECTION_ATTEMPTS */.W6) {
                if (this.#mayLand)
                    throw this.inDoubt(answer.error);
                throw this.#hasMoved ? (0,replay/* neverStill */.FO)(this.#record.branch, attempt) : answer.error;
            }
            const said = answer.error ? `: ${answer.error.message.replace(/\.$/, '')}` : '';
            const why = this.#hasMoved
                ? `The remote moved to ${this.#tip}: the commit will be made again on it.`
                : `The push was not confirmed${said}. The same commit will be pushed again.`;
            const signal = this.#mayLand ? this.#patientSignal : this.#signal;
            const left = backoff/* CONNECTION_ATTEMPTS */.W6 - unanswered;
            const last = this.#hasMoved ? attempts : Math.min(attempts, attempt + left);
            await (0,backoff/* backOff */.fu)(attempt, why, { attempts: last, say: this.#say, signal });
        }
    }
    async #judge(answer, where, isOpen) {
        if (where === 'other') {
            this.#mayLand = false;
            await this.#requireReplay();
            this.#hasMoved = true;
        }
        else if (answer.kind === 'unsent') {
            this.#mayLand = false;
            if (!(0,backoff/* isTransient */.dg)(answer.error.message))
                throw answer.error;
        }
        else if (answer.kind === 'refused') {
            if (isOpen && !isPolicy(answer.why))
                return;
            this.#mayLand = false;
            if (!/failed to update ref|cannot lock ref|failed to lock/.test(answer.why))
                throw answer.error;
        }
    }
    inDoubt(last) {
        return inDoubt(this.#record, last);
    }
    async #makeAgain() {
        await this.#note(this.place.ask(this.#patience));
        await this.#requireReplay();
        const onto = this.#tip;
        const commit = await this.#repository.replay(onto, this.#policy.dependsOn);
        await this.#announce(commit, { remote_sha: onto });
        await disk/* remove */.TF(this.#traces);
        this.#wasPatched = false;
        this.#hasMoved = false;
        this.#say(`The commit was made again on ${onto}: it is ${this.#record.commit_sha} now.`);
    }
    async #announce(commit, changes) {
        if (this.#record.state !== 'PUSHING')
            await this.place.noteUrl();
        const commit_sha = this.#isSigned ? await this.#sign(commit) : commit;
        await this.#transaction.update({ ...changes, state: 'PUSHING', commit_sha });
    }
    async #sign(commit) {
        const { remote } = this.#record;
        const ref = this.#transaction.ref('commit');
        if (this.#record.temporary_ref === null)
            await this.#transaction.update({ temporary_ref: ref });
        return sign(this.#git, this.#github, { commit, remote: remote, ref }, this.#patience);
    }
    get #github() {
        return requireGitHub(this.#policy.github, this.#patience);
    }
    get #traces() {
        return this.#transaction.path('push');
    }
    get #wasSent() {
        return this.#isSigned ? this.#wasPatched : wasSent(this.#traces);
    }
    async #send() {
        const { branch, tag, commit_sha: commit, remote, remote_sha: expected } = this.#record;
        if (!this.#isSigned) {
            return push(this.#git, {
                remote: remote,
                branch: branch,
                tag,
                commit: commit,
                expected: expected,
                traces: this.#traces,
                signal: this.#patientSignal,
            });
        }
        this.#wasPatched = true;
        return fastForward(this.#github, branch, commit);
    }
    async inspect(attempts = backoff/* CONNECTION_ATTEMPTS */.W6) {
        const { commit_sha: commit, remote_sha: before, remote, tag } = this.#record;
        try {
            const tagged = (await this.#note(this.place.ask({ ...this.#patience, attempts }))).get(tag ?? '');
            const tip = this.#tip;
            if (tip === commit)
                return 'commit';
            const question = { remote: remote, tip, commit: commit, before: before ?? '' };
            if (tip !== '' && tip !== before && (await (0,remote_refs/* contains */.gR)(this.#git, question, this.#patience)))
                return 'commit';
            this.#tagged = tagged;
            return tip === before && tagged === undefined ? 'before' : 'other';
        }
        catch (error) {
            if (!(error instanceof errors/* TransactionError */.Jn))
                throw error;
            this.#say(error.message);
            return 'unreachable';
        }
    }
    async rollback() { }
    async complete() {
        const { temporary_ref: ref, remote } = this.#record;
        if (ref === null)
            return;
        await removeTemporaryRef(this.#git, { remote: remote, ref }, { say: this.#say, signal: undefined });
    }
}

// EXTERNAL MODULE: ./lib/manifest.js + 1 modules
var lib_manifest = __nccwpck_require__(1160);
// EXTERNAL MODULE: ./lib/proposal.js + 9 modules
var proposal = __nccwpck_require__(2530);
// EXTERNAL MODULE: ./lib/stale-locks.js
var stale_locks = __nccwpck_require__(6179);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
// EXTERNAL MODULE: external "node:timers/promises"
var promises_ = __nccwpck_require__(8500);
// EXTERNAL MODULE: ./lib/object-id.js
var object_id = __nccwpck_require__(9904);
// EXTERNAL MODULE: ./lib/shared-repository.js
var shared_repository = __nccwpck_require__(2547);
// EXTERNAL MODULE: ./lib/index-file.js
var index_file = __nccwpck_require__(4974);
// EXTERNAL MODULE: ./lib/tree.js + 1 modules
var tree = __nccwpck_require__(3348);
// EXTERNAL MODULE: ./lib/unchanged.js
var unchanged = __nccwpck_require__(4114);
;// CONCATENATED MODULE: ./lib/stat-data.js






const LARGEST = 0xffff_ffff;
function fillOutputs(index, format, path, sealed) {
    const bytes = (0,external_node_fs_.readFileSync)(index);
    let time = (0,snapshots/* timeOf */.nR)(index);
    const own = Buffer.from(path);
    const filled = fillStatData(bytes, format, (raw) => {
        if (!(0,index_file/* isAt */.ii)(bytes, raw, own))
            return undefined;
        const entry = (0,tree/* findEntry */.w4)(sealed, (0,index_file/* nameIn */.ZC)(bytes, raw).toString('utf8', own.length + 1));
        if (!entry || (0,unchanged/* isSettledBySecond */.J1)(entry))
            return entry;
        if (entry.mtimeS < entry.ctimeS || entry.mtimeS > LARGEST)
            return undefined;
        time = Math.min(time, entry.mtimeS * 1000);
        return entry;
    });
    (0,external_node_fs_.writeFileSync)(index, bytes);
    (0,snapshots/* keepTime */.dG)(time, index);
    return filled;
}
function fillStatData(index, format, find) {
    if ((0,index_file/* versionOf */.E4)(index) === undefined)
        return 0;
    let filled = 0;
    (0,index_file/* walkIndex */.Qp)(index, format, (raw) => {
        const entry = find(raw);
        if (!entry || entry.size > LARGEST)
            return;
        writeStatData(index, raw.at, entry);
        filled += 1;
    });
    const body = index.subarray(0, index.length - (0,index_file/* idBytesOf */.QG)(format));
    const sum = index.subarray(body.length);
    if (!sum.every((byte) => byte === 0))
        sum.write((0,external_node_crypto_.hash)(format, body), 'hex');
    return filled;
}
function writeStatData(index, at, entry) {
    index.writeUInt32BE(entry.ctimeS >>> 0, at);
    index.writeUInt32BE(entry.ctimeNs, at + 4);
    index.writeUInt32BE(entry.mtimeS >>> 0, at + 8);
    index.writeUInt32BE(entry.mtimeNs, at + 12);
    index.writeUInt32BE(entry.dev >>> 0, at + 16);
    index.writeUInt32BE(entry.ino >>> 0, at + 20);
    index.writeUInt32BE(entry.uid >>> 0, at + 28);
    index.writeUInt32BE(entry.gid >>> 0, at + 32);
    index.writeUInt32BE(entry.size, at + 36);
}

;// CONCATENATED MODULE: ./lib/working-tree.js







const IN_THE_WAY = /not uptodate|would be overwritten|would be removed|would lose|Cannot merge|overlaps with/;
async function working_tree_fastForward(git, move) {
    const { from, to, isRehearsal, index, workTree, target, signal } = move;
    const options = { index, workTree, signal };
    await git.try(['update-index', '-q', '--refresh'], options);
    const { arrived, blocked } = await listArrived(git, move, options);
    if (blocked !== undefined)
        return `Untracked working tree file '${blocked}' would be overwritten by merge.`;
    await (0,target_index/* updateIndex */.UB)(git, arrived.map(({ path, after }) => `${entryOf(after)}\t${path}\0`), options);
    const isSparse = await isSparseCheckout(git, options);
    let trees = [from, to];
    let published = [];
    if (isSparse && target !== undefined) {
        published = await takeOut(git, target, (0,object_id/* formatOf */.b)(from), options);
        const scratch = { index: `${index}.scratch`, signal };
        trees = [await treeWithout(git, from, target, scratch), await treeWithout(git, to, target, scratch)];
    }
    const merge = ['read-tree', '-m', '-u', ...(isRehearsal ? ['--dry-run'] : []), ...trees];
    const settings = isSparse ? ['-c', 'core.sparseCheckout=true'] : [];
    const result = await git.try([...settings, ...merge], options);
    await (0,target_index/* updateIndex */.UB)(git, published, options);
    if (result.exitCode !== 0) {
        if (!IN_THE_WAY.test(result.stderr))
            throw (0,lib_git/* gitError */.N)(merge, result);
        return result.stderr.trim().replaceAll(/^error: /gm, '');
    }
    if (!isRehearsal)
        await git.try(['update-index', '-q', '--refresh'], options);
    return undefined;
}
async function isSparseCheckout(git, options) {
    const isMarked = (await git.run(['ls-files', '-t'], options)).split('\n').some((line) => line[0] === 'S');
    if (!isMarked)
        return false;
    const ask = ['config', '--show-scope', '--type=bool', '--get-all', 'core.sparseCheckout'];
    const said = (await git.run(ask, { signal: options.signal })).split('\n');
    return said.findLast((line) => !line.startsWith('command'))?.endsWith('true') ?? false;
}
async function takeOut(git, path, format, options) {
    const entries = await (0,target_index/* listEntries */.fi)(git, path, format, options);
    await (0,target_index/* updateIndex */.UB)(git, entries.map((entry) => (0,target_index/* absence */.An)((0,target_index/* nameOf */.Vb)(entry), format)), options);
    return entries.map((entry) => `${entry.slice(2)}\0`);
}
async function treeWithout(git, commit, path, scratch) {
    await git.run(['read-tree', '--reset', commit], scratch);
    await takeOut(git, path, (0,object_id/* formatOf */.b)(commit), scratch);
    return git.writeTree(scratch);
}
const entryOf = ({ mode, id }) => `${mode} ${id}`;
const nothing = (like) => ({ mode: '000000', id: '0'.repeat(like.length) });
async function listArrived(git, move, options) {
    const { from, to, isRehearsal, workTree, signal } = move;
    const staged = new Map();
    for (const line of await git.names(['ls-files', '--stage', '-z'], options)) {
        const [, entry = '', path = ''] = /^(\d+ \S+) \d\t(.*)$/s.exec(line) ?? [];
        staged.set(path, entry);
    }
    const all = await (0,replay/* treeDiff */.Kp)(git, from, to, { signal });
    const spellings = Map.groupBy(all, ({ path }) => path.toLowerCase());
    const changes = all.filter(({ path, before }) => {
        if (spellings.get(path.toLowerCase()).length > 1)
            return false;
        return (staged.get(path) ?? entryOf(nothing(before.id))) === entryOf(before);
    });
    const standing = await readStanding(git, workTree, changes, options);
    const arrived = [];
    let blocked;
    for (const change of changes) {
        const stands = standing.get(change.path);
        if (stands === undefined)
            continue;
        if (entryOf(stands) === entryOf(change.after)) {
            arrived.push(change);
            continue;
        }
        const mayBeTorn = !isRehearsal && stands.id !== change.before.id;
        const [file, object] = [(0,external_node_path_.join)(workTree, change.path), `${to}:${change.path}`];
        if (mayBeTorn && (await removeTorn(git, file, object, options)))
            continue;
        const isUntracked = (0,replay/* isAbsent */.W0)(change.before) && !(0,replay/* isAbsent */.W0)(stands);
        if (isUntracked)
            blocked ??= change.path;
    }
    return { arrived, blocked };
}
async function readStanding(git, workTree, changes, options) {
    const standing = new Map();
    const files = [];
    for (const { path, before } of changes) {
        if (isBehindLink(workTree, path))
            continue;
        const absolute = (0,external_node_path_.join)(workTree, path);
        const stats = disk/* ignoreMissing */.bt(() => (0,external_node_fs_.lstatSync)(absolute));
        if (!stats)
            standing.set(path, nothing(before.id));
        else if (stats.isSymbolicLink()) {
            const input = (0,external_node_fs_.readlinkSync)(absolute, 'buffer');
            const id = await git.run(['hash-object', '--stdin'], { ...options, input });
            standing.set(path, { mode: '120000', id });
        }
        else if (stats.isFile() && !/^"|\n/.test(path)) {
            files.push(path);
            standing.set(path, { mode: stats.mode & 0o100 ? '100755' : '100644', id: '' });
        }
    }
    const input = files.map((path) => `${path}\n`).join('');
    const ids = (await git.run(['hash-object', '--stdin-paths'], { ...options, input })).split('\n');
    for (const [index, path] of files.entries())
        standing.get(path).id = ids[index];
    return standing;
}
function isBehindLink(workTree, path) {
    for (let parent = (0,external_node_path_.dirname)(path); parent !== '.'; parent = (0,external_node_path_.dirname)(parent)) {
        if (disk/* ignoreMissing */.bt(() => (0,external_node_fs_.lstatSync)((0,external_node_path_.join)(workTree, parent)))?.isSymbolicLink())
            return true;
    }
    return false;
}
async function removeTorn(git, path, object, options) {
    if (!disk/* ignoreMissing */.bt(() => (0,external_node_fs_.lstatSync)(path))?.isFile())
        return false;
    const whole = await git.try(['cat-file', '--filters', object], options);
    const part = (0,external_node_fs_.readFileSync)(path);
    if (whole.exitCode !== 0 || !whole.stdout.subarray(0, part.length).equals(part))
        return false;
    await disk/* remove */.TF(path);
    return true;
}

;// CONCATENATED MODULE: ./lib/user-index.js












const LOCK_WAIT_MS = 15_000;
const SAVED = 'index.before';
class UserIndex {
    #transaction;
    #git;
    #layout;
    #scope;
    #say;
    #signal;
    #time;
    constructor(transaction, scope, options) {
        this.#transaction = transaction;
        this.#git = options.git;
        this.#layout = options.layout;
        this.#scope = scope;
        this.#say = options.say;
        this.#signal = options.signal;
    }
    ignoreCancellation() {
        this.#signal = undefined;
    }
    get #bytes() {
        return disk/* ignoreMissing */.bt(() => (0,external_node_fs_.readFileSync)(this.#layout.index));
    }
    get #format() {
        return (0,object_id/* formatOf */.b)(this.#transaction.record.base_sha);
    }
    async commit() {
        await disk/* rename */.$w(this.#lock, this.#layout.index);
        (0,snapshots/* keepTime */.dG)(this.#time, this.#layout.index);
    }
    release() {
        return disk/* remove */.TF(this.#lock);
    }
    get #lock() {
        return `${this.#layout.index}.lock`;
    }
    async prepare(source, outputs) {
        await this.#fillLock(async (before) => {
            const isLater = this.#isLater(before);
            const known = this.#transaction.record.saved_index;
            const saved = known ?? (before === undefined ? '' : await this.#copy(before, SAVED));
            const from = (isLater ? undefined : this.#scope.saved) ?? this.#layout.index;
            const start = from === this.#layout.index ? before : (0,external_node_fs_.readFileSync)(from);
            const copy = await this.#copy(start?.length === 0 ? undefined : start, 'index.after', from);
            const index = await this.#bringOwnOf(source, copy, outputs);
            await this.#transaction.update({
                saved_index: saved,
                index_sha256: (0,external_node_crypto_.hash)('sha256', (0,external_node_fs_.readFileSync)(index)),
            });
            return index;
        });
    }
    #isLater(now) {
        const { index_sha256: written, saved_index: saved } = this.#transaction.record;
        if (written === null || saved === null || now === undefined)
            return false;
        return (0,external_node_crypto_.hash)('sha256', now) !== written && (saved === '' || !now.equals((0,external_node_fs_.readFileSync)(saved)));
    }
    async #fillLock(make) {
        await this.#takeLock();
        try {
            const time = (0,snapshots/* timeOf */.nR)(this.#lock);
            const made = await make(this.#bytes);
            const bytes = (0,external_node_fs_.readFileSync)(made);
            const share = await (0,shared_repository/* shareOf */.t)(this.#git);
            this.#time = Math.min(time, (0,snapshots/* timeOf */.nR)(made));
            await (0,effect/* effect */.Q)('write index.lock', () => {
                const descriptor = (0,external_node_fs_.openSync)(this.#lock, 'r+');
                try {
                    disk/* writeAll */.f4(descriptor, bytes);
                    share(descriptor);
                    (0,external_node_fs_.fsyncSync)(descriptor);
                }
                finally {
                    (0,external_node_fs_.closeSync)(descriptor);
                }
                (0,snapshots/* keepTime */.dG)(time, this.#lock);
            });
        }
        catch (error) {
            await disk/* remove */.TF(this.#lock);
            throw error;
        }
    }
    async #takeLock() {
        const deadline = Date.now() + LOCK_WAIT_MS;
        for (let attempt = 0;; attempt += 1) {
            try {
                return await disk/* createScratch */.Hj(this.#lock, '');
            }
            catch (error) {
                if ((0,errors/* errorCode */.CA)(error) !== 'EEXIST')
                    throw error;
                if (Date.now() > deadline) {
                    throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `${this.#lock} exists: another git process works on this index, or was killed while it did`, { cause: error, next: 'Let it end; if none is running, remove that file.' });
                }
                if (attempt === 0) {
                    this.#say(`${this.#lock} exists: waiting up to ${LOCK_WAIT_MS / 1000} s for the git process that holds it.`);
                }
                await (0,promises_.setTimeout)(50, undefined, { signal: this.#signal });
            }
        }
    }
    async #bringOwnOf(source, index, outputs) {
        const { path, changed } = this.#scope;
        const own = await changed?.();
        const list = async (of) => {
            const lines = await (0,target_index/* listEntries */.fi)(this.#git, path, this.#format, { index: of, signal: this.#signal });
            return own ? lines.filter((line) => own.has((0,target_index/* nameOf */.Vb)(line))) : lines;
        };
        const held = await list(index);
        const wanted = outputs?.isPlain
            ? outputs.sealed.map((entry) => `H ${entry.mode} ${entry.blob} 0\t${path}/${entry.path}`)
            : await list(source);
        await (0,target_index/* updateIndex */.UB)(this.#git, (0,target_index/* changesOf */.fs)(held, wanted, this.#format), { index, signal: this.#signal });
        const isKnown = outputs && process.platform !== 'win32';
        const filled = isKnown ? fillOutputs(index, this.#format, path, outputs.sealed) : 0;
        const options = { index, workTree: this.#layout.topLevel };
        if (path === undefined)
            await this.#git.try(['update-index', '-q', '--refresh'], options);
        else if (filled < wanted.length)
            await this.#git.run(['--literal-pathspecs', 'add', '--refresh', '--', path], {
                ...options,
                signal: this.#signal,
            });
        return index;
    }
    async #copy(bytes, name, from = this.#layout.index) {
        const index = this.#transaction.path(name);
        await disk/* remove */.TF(index);
        if (bytes === undefined)
            return index;
        await (name === SAVED ? disk/* createFile */.x3 : disk/* createScratch */.Hj)(index, bytes);
        (0,snapshots/* keepTime */.dG)((0,snapshots/* timeOf */.nR)(from), index);
        return index;
    }
    async restore() {
        const { index_sha256: written, saved_index: saved } = this.#transaction.record;
        if (written === null || saved === null)
            return;
        const before = saved === '' ? undefined : (0,external_node_fs_.readFileSync)(saved);
        const now = this.#bytes;
        if (now === undefined || before?.equals(now))
            return;
        if (before === undefined)
            return this.#remove();
        await this.#fillLock(async (current = before) => {
            if ((0,external_node_crypto_.hash)('sha256', current) === written)
                return saved;
            const index = await this.#bringOwnOf(saved, await this.#copy(current, 'index.after'));
            await (0,target_index/* markAs */.O8)(this.#git, saved, index, this.#scope.path, this.#format);
            return index;
        });
        await this.commit();
    }
    async #remove() {
        const base = this.#transaction.path('index.base');
        await this.#git.run(['read-tree', '--reset', this.#transaction.record.base_sha], { index: base });
        const list = (index) => (0,target_index/* listEntries */.fi)(this.#git, undefined, this.#format, { index });
        const own = await list(this.#transaction.path('index.after'));
        let isOwn = false;
        await this.#fillLock(async (current) => {
            isOwn = current === undefined || (await list(this.#layout.index)).join('\n') === own.join('\n');
            return isOwn ? base : this.#bringOwnOf(base, await this.#copy(current, 'index.after'));
        });
        if (!isOwn)
            return this.commit();
        await disk/* remove */.TF(this.#layout.index);
        await this.release();
    }
    async rehearse(from, to) {
        return this.#merge(this.#bytes, from, to, true);
    }
    async bringInLine(base, local, commit) {
        const now = this.#bytes;
        if (now === undefined || (0,external_node_crypto_.hash)('sha256', now) !== this.#transaction.record.index_sha256) {
            const source = this.#transaction.path('index.commit');
            await this.#git.run(['read-tree', '--reset', local], { index: source });
            await this.prepare(source);
            await this.commit();
        }
        else if (this.#time === undefined) {
            (0,snapshots/* keepTime */.dG)(1000, this.#layout.index);
        }
        return commit === local ? undefined : this.#follow(base, commit);
    }
    async #follow(from, to) {
        let inTheWay;
        await this.#fillLock(async (before) => {
            inTheWay = await this.#merge(before, from, to, false);
            return this.#transaction.path('index.merged');
        });
        await this.commit();
        return inTheWay;
    }
    async #merge(before, from, to, isRehearsal) {
        const index = await this.#copy(before, 'index.merged');
        const workTree = this.#layout.topLevel;
        const move = { index, workTree, target: this.#scope.path, from, to, isRehearsal };
        return working_tree_fastForward(this.#git, { ...move, signal: this.#signal });
    }
}

;// CONCATENATED MODULE: ./lib/repository.js












class Repository {
    layout;
    #transaction;
    #git;
    #branch;
    #signal;
    #checkedOut;
    #userIndex;
    #operation;
    #say;
    proposal;
    #quarantine;
    #commit = '';
    #isInLine = false;
    constructor(transaction, options) {
        this.#transaction = transaction;
        this.#git = options.quarantine.git;
        this.#branch = new Branch(transaction, this.#git);
        this.layout = options.layout;
        this.#signal = options.signal;
        this.#checkedOut = options.checkedOut;
        this.#say = options.say;
        this.#operation = options.operation;
        this.proposal = new proposal/* Proposal */.J(transaction, options);
        this.#quarantine = options.quarantine;
        const scope = this.#operation?.indexScope ?? { path: this.path };
        this.#userIndex = new UserIndex(transaction, scope, { ...options, git: this.#git });
    }
    get #record() {
        return this.#transaction.record;
    }
    get path() {
        return this.proposal.path;
    }
    #ignoreCancellation() {
        this.#signal = undefined;
        this.#userIndex.ignoreCancellation();
    }
    async prepare() {
        const { tag } = this.#record;
        const tagged = tag === null ? '' : await (0,layout/* commitAt */.du)(this.#git, tag);
        if (tagged !== '')
            throw tagExists(tag, tagged, 'this clone');
        this.#commit = await this.proposal.make();
    }
    async keep() {
        await this.#keep(this.#commit, this.#operation ? 'commit' : 'op-exec');
        this.#transaction.note({ commit_sha: this.#commit, local_sha: this.#commit });
    }
    async carriesRefs() {
        const { tag, base_sha: base, branch_sha: branch } = this.#record;
        if (branch === '')
            return false;
        return tag === null || (0,layout/* sameAt */._j)(this.#git, this.path, base, await (0,layout/* commitAt */.du)(this.#git, tag));
    }
    #keep(commit, checkpoint) {
        return this.#git.run(['update-ref', this.#transaction.ref(checkpoint), commit], { signal: this.#signal });
    }
    async commit() {
        const { index, outputs } = this.proposal;
        if (this.#checkedOut)
            await this.#userIndex.prepare(index, outputs);
        const from = this.#operation?.tip ?? this.#record.branch_sha;
        try {
            await this.#branch.forward(from, this.#signal);
        }
        catch (error) {
            if (this.#checkedOut)
                await this.#userIndex.release();
            throw error;
        }
        if (this.#checkedOut)
            await this.#userIndex.commit();
        await disk/* syncFileSystems */.O9(this.layout.commonDirectory);
        this.#isInLine = true;
    }
    async hasManifest() {
        const { base_sha: base, manifest, id } = this.#record;
        const held = await this.#git.try(['cat-file', 'blob', `${base}:${this.path}/${manifest}`]);
        return held.exitCode === 0 && (0,lib_manifest/* isOfTransaction */.wh)(held.stdout.toString(), id);
    }
    async inspect() {
        const where = await this.#branch.inspect();
        return where === 'other' && this.#operation ? 'base' : where;
    }
    removeStaleLocks() {
        return (0,stale_locks/* removeStaleLocks */.s)(this.#transaction, this.layout);
    }
    async rollback() {
        if ((0,record/* isOnlyStaged */.Tt)(this.#record))
            return;
        this.#ignoreCancellation();
        await this.#branch.back();
        if (!this.#operation)
            await this.#userIndex.restore();
        await disk/* syncFileSystems */.O9(this.layout.commonDirectory);
    }
    async complete() {
        const { state, branch, base_sha: base, local_sha: local, commit_sha: commit, remote } = this.#record;
        if (state !== 'COMMITTED' || commit === null)
            return;
        if (this.#isInLine && commit === local)
            return;
        if (!(0,external_node_fs_.existsSync)(this.#transaction.privateDirectory))
            return;
        this.#ignoreCancellation();
        if (remote !== null && !(await (0,remote_refs/* hasCommit */.QE)(this.#git, commit))) {
            await (0,remote_refs/* track */.u4)(this.#git, remote, branch);
            await (0,remote_refs/* fetchCommit */.iH)(this.#git, remote, commit, { say: this.#say, signal: undefined });
        }
        const isThere = (await (0,layout/* commitAt */.du)(this.#git, branch)) === commit;
        const stays = this.#checkedOut && !isThere ? await this.#userIndex.rehearse(local, commit) : undefined;
        const to = stays === undefined ? commit : local;
        const elsewhere = await this.#branch.catchUp(to);
        if (elsewhere !== undefined) {
            return this.#say(`Branch ${(0,paths/* quote */.hD)(branch)} was moved to ${elsewhere} by someone else and stays there.`);
        }
        if (this.#checkedOut) {
            const inTheWay = (await this.#userIndex.bringInLine(base, local, to)) ?? stays;
            if (inTheWay !== undefined)
                this.#say(`Warning: committed, but the working tree cannot follow ${(0,paths/* quote */.hD)(branch)} to ${commit}: ${inTheWay}. ` +
                    `See git diff ${to} ${commit}; git pull --rebase brings both together.`);
        }
        await disk/* syncFileSystems */.O9(...(0,layout/* placesOf */.ek)(this.layout));
    }
    async replay(onto, dependsOn) {
        await this.requireReplayable(onto, dependsOn);
        const commit = await this.proposal.makeAgain(onto);
        await this.#quarantine.release();
        await this.#keep(commit, 'post-op');
        return commit;
    }
    async requireReplayable(onto, dependsOn) {
        const { base_sha: base, branch } = this.#record;
        const paths = this.#operation ? (await this.#operation.changes()).map(({ path }) => path) : [this.path];
        const move = { branch: branch, base: base, onto, paths, isInPlace: this.#operation !== undefined };
        await (0,replay/* requireReplayable */.ZF)(this.#git, move, dependsOn, this.#signal);
        const inTheWay = this.#checkedOut ? await this.#userIndex.rehearse(base, onto) : undefined;
        if (inTheWay === undefined)
            return;
        throw (0,replay/* remoteMoved */.w8)(`the working tree could not follow it: ${inTheWay}`, 'Commit or stash what is in the way, or publish from a clean checkout.');
    }
}

// EXTERNAL MODULE: ./lib/target.js + 1 modules
var lib_target = __nccwpck_require__(5836);
;// CONCATENATED MODULE: ./lib/parties.js









class Parties {
    transaction;
    target;
    operation;
    repository;
    remote;
    others;
    quarantine;
    #say;
    constructor(transaction, setting) {
        const { branch, remote } = transaction.record;
        const { policy, say, signal } = setting;
        const { target } = transaction.record;
        const inPlace = (0,record/* isInPlace */.RS)(transaction.record);
        const layout = setting.layout && inPlace ? { ...setting.layout, topLevel: target } : setting.layout;
        const plain = inPlace && !setting.isGone ? setting.git.at(target) : setting.git;
        const checkedOut = branch === setting.currentBranch;
        this.transaction = transaction;
        const quarantine = layout && new Quarantine(transaction, plain, layout);
        const git = quarantine?.git ?? plain;
        this.quarantine = quarantine;
        if (inPlace) {
            const options = { layout: layout, quarantine: quarantine, say, signal };
            this.operation = new Operation(transaction, options);
        }
        else
            this.target = new lib_target/* Target */.We(transaction);
        this.repository =
            branch && layout
                ? new Repository(transaction, {
                    layout,
                    checkedOut,
                    say,
                    signal,
                    operation: this.operation,
                    quarantine: quarantine,
                    packing: policy.packing,
                })
                : undefined;
        if (remote && this.repository) {
            this.remote = new Remote(transaction, { git, repository: this.repository, policy, say, signal });
        }
        this.others = setting.participants;
        this.#say = say;
    }
    async prepare() {
        await this.repository?.prepare();
        const staging = this.target ? [this.transaction.record.staging] : [];
        if (this.repository) {
            const left = this.operation ? (0,layout/* placesOf */.ek)(this.repository.layout) : [];
            await this.quarantine.release(...staging, ...left);
            await this.repository.keep();
        }
        else
            await (0,disk/* syncFileSystems */.O9)(...staging);
        for (const participant of [this.remote, ...this.others, this.target, this.operation]) {
            await participant?.prepare();
        }
    }
    async undo() {
        await this.repository?.removeStaleLocks();
        for (const participant of [this.repository, ...this.others.toReversed(), this.target, this.operation]) {
            await participant?.rollback();
        }
    }
    async rolledBack(exitCode, reason) {
        const changes = { state: 'ROLLED_BACK', exit_code: exitCode, reason };
        if (this.transaction.record.commit_sha !== null || this.others.length > 0)
            return this.#end(changes);
        const settled = (await this.#removePrivate()) ? 1 : 0;
        await this.transaction.update({ ...changes, ended_at: new Date().toISOString(), settled });
    }
    async committed(reason) {
        try {
            await this.#end({ state: 'COMMITTED', exit_code: errors/* EXIT_CODES */.ai.COMMITTED, reason });
        }
        catch (error) {
            if (this.transaction.record.commit_sha === null)
                throw (0,errors/* asTransactionError */.Bv)(error, 'the ledger could not mark the end');
            this.#say(`Warning: committed, but the ledger could not say so yet, the next run will: ${messageOf(error)}`);
        }
    }
    async #end(changes) {
        const ended = { ...changes, ended_at: new Date().toISOString() };
        try {
            await this.transaction.update(ended);
        }
        catch (error) {
            if (!(0,errors/* isNoSpace */.YV)(error))
                throw error;
            await this.transaction.ledger.releaseReserve();
            await this.transaction.update(ended);
        }
        await this.cleanUp();
    }
    async cleanUp() {
        if (await this.#removePrivate())
            await this.transaction.update({ settled: 1 }).catch(this.#warn);
    }
    async #removePrivate() {
        try {
            await this.transaction.ledger.releaseReserve();
            await this.repository?.complete();
            await this.quarantine?.remove();
            await (0,disk/* remove */.TF)(this.transaction.privateDirectory);
            for (const participant of [this.target, this.operation, this.remote, ...this.others]) {
                await participant?.complete();
            }
            return true;
        }
        catch (error) {
            this.#warn(error);
            return false;
        }
    }
    #warn = (error) => {
        this.#say(`Warning: not all is in order yet, the next run will see to it: ${messageOf(error)}`);
    };
}
function messageOf(error) {
    return error instanceof Error ? error.message : String(error);
}


/***/ }),

/***/ 1307:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Bj: () => (/* binding */ foldsToGitmodules),
/* harmony export */   Cg: () => (/* binding */ checkPath),
/* harmony export */   TR: () => (/* binding */ refuse),
/* harmony export */   bj: () => (/* binding */ wayTo),
/* harmony export */   fY: () => (/* binding */ parentsOf),
/* harmony export */   hD: () => (/* binding */ quote),
/* harmony export */   ri: () => (/* binding */ withoutCredentials),
/* harmony export */   tt: () => (/* binding */ shortQuote),
/* harmony export */   um: () => (/* binding */ Destinations)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(452);


const IGNORED_BY_HFS = /[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/gu;
const LONGEST = 4096;
const SHOWN = 200;
const CONTROL = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]/u;
function quote(path) {
    return JSON.stringify(path).replace(/[\u007f-\u009f\u061c\u200b-\u200f\u2028-\u202e\u2066-\u206f\ufeff]/gu, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
function shortQuote(text) {
    return quote(text.length > SHOWN ? `${text.slice(0, SHOWN).toWellFormed()}…` : text);
}
function withoutCredentials(text) {
    return text.replace(/:\/\/[^/\s]*@/g, '://');
}
const wayTo = (directory, path) => (0,node_path__WEBPACK_IMPORTED_MODULE_0__.relative)(directory, path).split(node_path__WEBPACK_IMPORTED_MODULE_0__.sep).join('/');
function parentsOf(path) {
    const names = path.split('/');
    return names.slice(1).map((_, at) => names.slice(0, at + 1).join('/'));
}
function refuse(path, why, shown = quote(path)) {
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `path ${shown} is refused: ${why}`, {
        next: 'Leave it out or give it another name where it comes from (input run, artifacts or contents), and run again.',
    });
}
function foldsToGit(name) {
    return folds(name, /^(\.git|git~\d+)$/);
}
function foldsToGitmodules(name) {
    return folds(name, /^(\.gitmodules|gitmod~[1-4]|(?=.{8}$)g(i(7(e(ba?)?)?)?)?~[1-9]\d*)$/);
}
function folds(name, to) {
    if (/^(?![.g])[\x20-\x7e]+$/i.test(name))
        return false;
    const plain = name
        .replace(IGNORED_BY_HFS, '')
        .normalize('NFKC')
        .toLowerCase()
        .replace(/:.*$/s, '')
        .replace(/[ .]+$/, '');
    return to.test(plain);
}
function checkPath(path) {
    if (path === '')
        refuse(path, 'it is empty');
    if (path.length > LONGEST)
        refuse(path, `it has more than ${LONGEST} characters`, shortQuote(path));
    if (CONTROL.test(path))
        refuse(path, 'it holds a control character or a line break');
    if (path.includes('\ufffd') || !path.isWellFormed())
        refuse(path, 'it is not valid UTF-8');
    if (path.startsWith('/'))
        refuse(path, 'it is absolute');
    if (/^[A-Za-z]:/.test(path))
        refuse(path, 'it begins with what is a drive on Windows');
    if (path.includes('\\'))
        refuse(path, 'a backslash separates directories on Windows');
    for (const name of path.split('/')) {
        if (name === '' || name === '.')
            refuse(path, 'it has an empty or "." component');
        if (name === '..')
            refuse(path, 'it leaves the target');
        if (foldsToGit(name))
            refuse(path, `${quote(name)} is${name === '.git' ? ' a repository of git' : ' ".git" to some file systems'}`);
    }
}
class Destinations {
    #spelling = new Map();
    #directories = new Set();
    add(path) {
        checkPath(path);
        this.#addName(path, path, true);
    }
    #addName(name, path, file) {
        if (!file && this.#directories.has(name))
            return;
        const end = name.lastIndexOf('/');
        if (end > 0)
            this.#addName(name.slice(0, end), path, false);
        const folded = name.normalize('NFC').toLowerCase().toUpperCase();
        const known = this.#spelling.get(folded);
        if (known === undefined)
            this.#spelling.set(folded, name);
        else if (known !== name)
            refuse(path, `it differs from ${quote(known)} in case only`);
        else if (file && !this.#directories.has(name))
            refuse(path, 'two sources have this destination: run, artifacts and contents may give it once');
        else
            refuse(path, `${quote(name)} is a file and a directory`);
        if (!file)
            this.#directories.add(name);
    }
}


/***/ }),

/***/ 5224:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   CM: () => (/* binding */ requireReadable),
/* harmony export */   GZ: () => (/* binding */ notWritable),
/* harmony export */   JU: () => (/* binding */ requireOwnParents),
/* harmony export */   M6: () => (/* binding */ refuseUnkept),
/* harmony export */   MK: () => (/* binding */ requireSpace),
/* harmony export */   PB: () => (/* binding */ requireRemovable),
/* harmony export */   Pz: () => (/* binding */ refuseRepository),
/* harmony export */   UO: () => (/* binding */ isWithin),
/* harmony export */   kR: () => (/* binding */ requireNames),
/* harmony export */   u1: () => (/* binding */ resolveTarget)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var _disk_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7486);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(452);
/* harmony import */ var _input_values_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(5106);
/* harmony import */ var _paths_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(1307);
/* harmony import */ var _tree_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(3348);







const RESERVE = { bytes: 4 * 1024 * 1024, inodes: 32 };
const LONGEST_NAME = 255;
function notWritable(message, next = 'Give target a directory inside the workspace that holds nothing but what this action publishes.') {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .TransactionError */ .Jn('OUTPUT_NOT_WRITABLE', message, { next });
}
function isWithin(directory, path) {
    const way = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.relative)(directory, path);
    return (way === '' ||
        (way !== '..' && !way.startsWith(`..${node_path__WEBPACK_IMPORTED_MODULE_1__.sep}`) && !way.startsWith(node_path__WEBPACK_IMPORTED_MODULE_1__.sep) && !/^[A-Za-z]:/.test(way)));
}
function isSpelled(path) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(path)).includes((0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(path));
    }
    catch {
        return true;
    }
}
function resolveTarget(target, workspace, refuse = refuseRepository) {
    const named = `target ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)(target)}`;
    let ancestor = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(target);
    while (!(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(ancestor))
        ancestor = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(ancestor);
    const resolved = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(ancestor), (0,node_path__WEBPACK_IMPORTED_MODULE_1__.relative)(ancestor, target));
    const root = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(workspace);
    if (!isWithin(root, resolved))
        throw notWritable(`${named} is outside the workspace ${root}`);
    if (isWithin(resolved, root))
        throw notWritable(`${named} is the workspace itself: only a directory in it can be replaced`, 'Name a directory that holds nothing but what this action publishes, or leave target out: then run edits all in place.');
    const path = (0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .wayTo */ .bj)(root, resolved);
    if (/(^|\/)\.git[ .]*(\/|$)/i.test(path))
        throw notWritable(`${named} is inside a git directory`);
    (0,_input_values_js__WEBPACK_IMPORTED_MODULE_4__/* .path */ .Ae)('target', path, 'a directory in the workspace');
    if (!(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(ancestor).isDirectory())
        throw notWritable(`${named}: ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)(ancestor)} is not a directory`);
    for (let place = resolved; place !== root; place = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(place)) {
        if (!(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(place) || isSpelled(place))
            continue;
        const why = `no name in ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(place))} is spelled ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(place))}`;
        throw notWritable(`${named} is another name for what is there: ${why}`, 'Spell target as it is on the disk.');
    }
    const stats = _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)(resolved));
    if (stats?.isSymbolicLink())
        throw notWritable(`${named} is a symlink: name the directory it points to`);
    if (stats && !stats.isDirectory())
        throw notWritable(`${named} is a file, not a directory`);
    try {
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.accessSync)(stats ? (0,node_path__WEBPACK_IMPORTED_MODULE_1__.dirname)(resolved) : (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.realpathSync)(ancestor), node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.W_OK);
    }
    catch (error) {
        throw (0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .asTransactionError */ .Bv)(error, `${named} is not writable`, 'target');
    }
    const [mount] = _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .mountsBelow */ .YL(resolved);
    if (mount !== undefined)
        throw notWritable(`${named} holds a mount point (${(0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)(mount)}), of which replacing it would empty what is mounted`);
    if (stats)
        allowed(named, () => (0,_tree_js__WEBPACK_IMPORTED_MODULE_6__/* .listFiles */ .CS)(resolved, refuse(target)));
    return resolved;
}
function requireNames(staging, target) {
    const names = [...target.split(node_path__WEBPACK_IMPORTED_MODULE_1__.sep), (0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(staging)];
    if (names.every((name) => Buffer.byteLength(name) <= LONGEST_NAME))
        return;
    throw notWritable(`target ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)(target)} has too long a name: none may have more than ${LONGEST_NAME} bytes, that of its staging neither (${(0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.basename)(staging))})`, 'Give target a shorter name.');
}
function requireRemovable(target, tree) {
    if (process.getuid === undefined)
        return;
    const looked = new Set(['.']);
    for (const { path } of tree) {
        for (let parent = node_path__WEBPACK_IMPORTED_MODULE_1__.posix.dirname(path); !looked.has(parent); parent = node_path__WEBPACK_IMPORTED_MODULE_1__.posix.dirname(parent)) {
            looked.add(parent);
            const directory = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(target, parent);
            if (_disk_js__WEBPACK_IMPORTED_MODULE_2__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)(directory).uid) === process.getuid())
                continue;
            allowed(`target ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)(target)}`, () => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.accessSync)(directory, node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.W_OK | node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.X_OK));
        }
    }
}
function requireReadable(target) {
    if (!(0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)(target))
        return;
    for (const [path, item] of (0,_tree_js__WEBPACK_IMPORTED_MODULE_6__/* .walk */ .GG)(target)) {
        if (item.isFile())
            allowed(`target ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)(target)}`, () => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.accessSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(target, path), node_fs__WEBPACK_IMPORTED_MODULE_0__.constants.R_OK));
    }
}
function allowed(named, look) {
    try {
        return look();
    }
    catch (error) {
        if ((0,_errors_js__WEBPACK_IMPORTED_MODULE_3__/* .errorCode */ .CA)(error) !== 'EACCES')
            throw error;
        throw notWritable(`${named} holds what this user may not read or remove: ${error.message}`, 'Let this user read and remove it (chown, chmod), or let what makes it run as this user.');
    }
}
function refuseRepository(target) {
    return (path) => {
        if (path !== '.git' && !path.endsWith('/.git'))
            return;
        throw notWritable(`target ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)(target)} holds a git repository of its own (${(0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)(path)}), which replacing it would destroy`);
    };
}
function refuseUnkept(target) {
    const refuse = refuseRepository(target);
    return (path) => {
        refuse(path);
        if (!path.includes('\ufffd') || (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(target, path)))
            return;
        throw notWritable(`target ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)(target)} holds ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)(path)}, a name that is not valid UTF-8`, 'Rename or remove it, then run again.');
    };
}
const KINDS = { 160000: 'a submodule', 120000: 'a symlink' };
async function requireOwnParents(git, root, path, base) {
    const parents = (0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .parentsOf */ .fY)(path);
    if (parents.length === 0)
        return;
    const below = (parent, what) => notWritable(`target ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root, path))} is below ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)(parent)}, which is ${what}`, 'Give target another directory. For one of another repository, set working-directory to that repository.');
    const list = ['--literal-pathspecs', 'ls-tree', '--full-tree', '-z', base, '--', ...parents];
    for (const entry of await git.names(list)) {
        const parent = entry.slice(entry.indexOf('\t') + 1);
        const mode = entry.slice(0, 6);
        if (mode === '040000' || !parents.includes(parent))
            continue;
        throw below(parent, `${KINDS[mode] ?? 'a file'} of the base commit`);
    }
    for (const parent of parents) {
        if (!_disk_js__WEBPACK_IMPORTED_MODULE_2__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root, parent, '.git'))))
            continue;
        throw below(parent, 'a git working tree of its own');
    }
}
function requireSpace(path, bytes, files, what) {
    const free = _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .available */ .qC(path);
    const short = (kind, needed, left) => new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .TransactionError */ .Jn('INSUFFICIENT_DISK_SPACE', `${what} needs ${needed} ${kind} on the file system of ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)(path)}, and ${left} are available`, { next: `Free at least ${needed - left} ${kind} there and run again.` });
    const neededBytes = bytes + RESERVE.bytes;
    if (free.bytes < neededBytes)
        throw short('bytes', neededBytes, free.bytes);
    const neededInodes = files + RESERVE.inodes;
    if (free.inodes !== undefined && free.inodes < neededInodes)
        throw short('inodes', neededInodes, free.inodes);
}


/***/ }),

/***/ 2530:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  J: () => (/* binding */ Proposal)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
// EXTERNAL MODULE: ./lib/commit-object.js
var commit_object = __nccwpck_require__(4468);
// EXTERNAL MODULE: ./lib/disk.js
var disk = __nccwpck_require__(7486);
// EXTERNAL MODULE: ./lib/index-file.js
var index_file = __nccwpck_require__(4974);
// EXTERNAL MODULE: ./lib/object-id.js
var object_id = __nccwpck_require__(9904);
// EXTERNAL MODULE: ./lib/preconditions.js
var preconditions = __nccwpck_require__(5224);
// EXTERNAL MODULE: ./lib/snapshots.js
var snapshots = __nccwpck_require__(3710);
// EXTERNAL MODULE: ./lib/submodules.js
var submodules = __nccwpck_require__(9828);
// EXTERNAL MODULE: ./lib/target-index.js
var target_index = __nccwpck_require__(383);
;// CONCATENATED MODULE: ./lib/checkpoint.js










class Checkpoint {
    #place;
    #commit = '';
    #base = '';
    #baseTree;
    #index = '';
    #submodules;
    constructor(place) {
        this.#place = place;
    }
    get commit() {
        return this.#commit;
    }
    get submodules() {
        return this.#submodules ?? [];
    }
    async set(by, signal) {
        const { transaction, layout, path, index, quarantine } = this.#place;
        const { task_id: taskId, base_sha: base, target } = transaction.record;
        const { git } = quarantine;
        const options = { index, signal };
        const format = (0,object_id/* formatOf */.b)(base);
        const digest = async () => (0,external_node_crypto_.hash)('sha256', (await (0,target_index/* listEntries */.fi)(git, path, format, options)).join('\0'));
        const exists = (0,external_node_fs_.existsSync)(target);
        if (this.#index === '' || this.#index !== digestOf(index)) {
            await readBase(this.#place, exists, signal);
        }
        let commit = base;
        if (exists) {
            this.#submodules ??= (await (0,target_index/* listEntries */.fi)(git, path, format, options, submodules/* LINK */.ps)).map(target_index/* nameOf */.Vb);
            if (this.#base === '') {
                this.#base = await digest();
                this.#baseTree = (0,index_file/* rootTreeOf */.An)(index, format);
            }
            try {
                await (0,target_index/* addTarget */.z9)(git, path, { ...options, workTree: layout.topLevel, format });
            }
            catch (error) {
                (0,preconditions/* requireReadable */.CM)(target);
                throw error;
            }
            const isKnown = this.#baseTree !== undefined && (0,index_file/* rootTreeOf */.An)(index, format) === this.#baseTree;
            if (!isKnown && (await digest()) !== this.#base) {
                const tree = await git.run(['write-tree'], options);
                const message = `PRE-OP: ${taskId}\n\nThe target as it was on disk.\n`;
                commit = await (0,commit_object/* commitTree */.SC)(git, tree, [base], { ...by, message }, signal);
            }
        }
        if (commit !== base && commit !== this.#commit)
            await quarantine.release();
        if (commit !== this.#commit)
            await git.run(['update-ref', transaction.ref('pre-op'), commit], { signal });
        this.#commit = commit;
        this.#index = digestOf(index);
    }
}
function digestOf(file) {
    const isFile = (0,external_node_fs_.lstatSync)(file, { throwIfNoEntry: false })?.isFile();
    return isFile ? (0,external_node_crypto_.hash)('sha256', (0,external_node_fs_.readFileSync)(file)) : '';
}
async function readBase({ transaction, layout, path, index, quarantine: { git } }, isCompared, signal) {
    const options = { index, signal };
    const base = transaction.record.base_sha;
    const read = ['read-tree', '--reset', base];
    const isCopied = isCompared && (await (0,snapshots/* copyIndex */.UZ)(layout.index, index));
    if (isCopied && (await git.try(read, options)).exitCode === 0) {
        if (!(0,index_file/* hasMarks */.ZF)(index, (0,object_id/* formatOf */.b)(base), path))
            return;
    }
    await disk/* remove */.TF(`${index}.lock`);
    await disk/* remove */.TF(index);
    await git.run(read, options);
}

// EXTERNAL MODULE: ./lib/attributes.js
var attributes = __nccwpck_require__(2114);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __nccwpck_require__(8161);
;// CONCATENATED MODULE: ./lib/compress.js
function compress(bytes, level) {
    const { deflateSync } = process.getBuiltinModule('node:zlib');
    const [leastChunk, smallBits] = [64, 13];
    const chunkSize = Math.max(leastChunk, bytes.length >> 1);
    return deflateSync(bytes, {
        level,
        chunkSize,
        ...(bytes.length <= 2 ** smallBits && { windowBits: smallBits }),
    });
}

// EXTERNAL MODULE: external "node:worker_threads"
var external_node_worker_threads_ = __nccwpck_require__(5919);
;// CONCATENATED MODULE: ./lib/compressing-thread.js


const BATCH = 1 << 18;
const BATCHES = 4;
function serve(press) {
    const { parentPort, workerData } = process.getBuiltinModule('node:worker_threads');
    const { level, batches, room } = workerData;
    const all = new Uint8Array(room);
    let end = 0;
    parentPort.on('message', ({ batch, lengths }) => {
        let at = 0;
        const answer = lengths.map((length) => {
            const compressed = press(new Uint8Array(batches[batch], at, length), level);
            at += length;
            if (compressed.length > all.length - end)
                return 0;
            all.set(compressed, end);
            end += compressed.length;
            return compressed.length;
        });
        parentPort.postMessage(answer);
    });
}
class CompressingThread {
    #worker;
    #batches = Array.from({ length: BATCHES }, () => new SharedArrayBuffer(BATCH));
    #free = [...this.#batches.keys()];
    #compressed = new Map();
    #room;
    #next;
    #sent = [];
    #onAnswer = () => { };
    constructor(level, room) {
        this.#room = Buffer.from(new SharedArrayBuffer(room));
        const workerData = { level, batches: this.#batches, room: this.#room.buffer };
        this.#worker = new external_node_worker_threads_.Worker(`(${serve})(${compress})`, {
            eval: true,
            env: {},
            workerData,
            resourceLimits: { maxYoungGenerationSizeMb: 1 },
        });
        this.#worker.on('message', (answer) => this.#take(answer));
        this.#worker.on('error', () => {
            this.#free.length = 0;
            this.#next = undefined;
            this.#sent.length = 0;
            this.#onAnswer();
        });
        this.#worker.unref();
    }
    add(id, bytes) {
        if (bytes.length > BATCH)
            return false;
        if (this.#next && this.#next.bytes + bytes.length > BATCH)
            this.#send(this.#next);
        if (!this.#next) {
            const batch = this.#free.pop();
            if (batch === undefined)
                return false;
            this.#next = { batch, ids: [], lengths: [], bytes: 0 };
        }
        new Uint8Array(this.#batches[this.#next.batch]).set(bytes, this.#next.bytes);
        this.#next.bytes += bytes.length;
        this.#next.ids.push(id);
        this.#next.lengths.push(bytes.length);
        return true;
    }
    #send(blobs) {
        this.#next = undefined;
        this.#sent.push(blobs);
        this.#worker.postMessage({ batch: blobs.batch, lengths: blobs.lengths });
    }
    #take(answer) {
        const answered = this.#sent.shift();
        if (!answered)
            return;
        const { batch, ids } = answered;
        this.#free.push(batch);
        for (const [at, length] of answer.entries()) {
            if (length === 0)
                continue;
            this.#compressed.set(ids[at], this.#room.subarray(0, length));
            this.#room = this.#room.subarray(length);
        }
        this.#onAnswer();
    }
    async settle() {
        if (this.#next)
            this.#send(this.#next);
        this.#worker.ref();
        while (this.#sent.length > 0) {
            await new Promise((answered) => {
                this.#onAnswer = answered;
            });
        }
        void this.#worker.terminate();
        return this.#compressed;
    }
}

;// CONCATENATED MODULE: ./lib/compressed-blobs.js



const ROOM = 12 << 20;
const WORTH_A_THREAD = 6 << 20;
class CompressedBlobs {
    #level;
    #known;
    #blobs = new Map();
    #room = Buffer.allocUnsafeSlow(ROOM);
    #bytes = 0;
    #thread;
    #isAlone = (0,external_node_os_.availableParallelism)() === 1;
    constructor(level, known) {
        this.#level = level;
        this.#known = known;
    }
    add(id, bytes) {
        if (this.#known.has(id) || this.#blobs.has(id))
            return;
        this.#bytes += bytes.length;
        if (this.#bytes > WORTH_A_THREAD && this.#startThread()?.add(id, bytes)) {
            this.#blobs.set(id, undefined);
            return;
        }
        if (bytes.length > this.#room.length)
            return;
        const compressed = compress(bytes, this.#level);
        if (compressed.copy(this.#room) < compressed.length)
            return;
        this.#blobs.set(id, this.#room.subarray(0, compressed.length));
        this.#room = this.#room.subarray(compressed.length);
    }
    #startThread() {
        if (this.#isAlone)
            return undefined;
        try {
            this.#thread ??= new CompressingThread(this.#level, ROOM);
        }
        catch {
            this.#isAlone = true;
        }
        return this.#thread;
    }
    async settle() {
        for (const [id, compressed] of (await this.#thread?.settle()) ?? [])
            this.#blobs.set(id, compressed);
    }
    get(id) {
        return this.#blobs.get(id);
    }
    clear() {
        this.#blobs.clear();
        this.#room = Buffer.alloc(0);
        this.#thread = undefined;
    }
}

// EXTERNAL MODULE: ./lib/errors.js
var errors = __nccwpck_require__(452);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
;// CONCATENATED MODULE: external "node:stream/promises"
const promises_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:stream/promises");
// EXTERNAL MODULE: external "node:zlib"
var external_node_zlib_ = __nccwpck_require__(8522);
// EXTERNAL MODULE: ./lib/effect.js
var effect = __nccwpck_require__(7322);
// EXTERNAL MODULE: ./lib/turns.js
var turns = __nccwpck_require__(8403);
;// CONCATENATED MODULE: ./lib/pack.js










const CHUNK = 1 << 20;
const SAMPLE = 1 << 17;
const PIECES = { highWaterMark: CHUNK };
const TYPES = { tree: 2, blob: 3 };
const WORTH_IT = 0.95;
const LARGE_OFFSET = 2 ** 31;
async function writePack(directory, objects, options, changed) {
    const temporary = (0,external_node_path_.join)(directory, 'pack', `tmp_pack_${process.pid}`);
    (0,external_node_fs_.mkdirSync)((0,external_node_path_.dirname)(temporary), { recursive: true });
    const writer = new Writer(temporary, objects.length, options);
    try {
        await (0,effect/* effect */.Q)('write pack', async () => {
            let [count, bytes] = [0, 0];
            await (0,turns/* inTurns */.g)(objects, options.signal, async (object) => {
                if (!(await writer.add(object)))
                    throw changed(String(object.content));
                if (object.type === 'tree')
                    return;
                count += 1;
                bytes += object.size;
                options.progress?.(count, bytes);
            });
            writer.finish();
        });
        const name = (0,external_node_path_.join)((0,external_node_path_.dirname)(temporary), `pack-${writer.name}`);
        await (0,effect/* effect */.Q)('rename pack', () => {
            (0,external_node_fs_.renameSync)(temporary, `${name}.pack`);
            (0,external_node_fs_.renameSync)(`${temporary}.idx`, `${name}.idx`);
        });
    }
    catch (error) {
        writer.abandon();
        throw error;
    }
}
class Writer {
    #path;
    #descriptor;
    #format;
    #level;
    #share;
    #signal;
    #sum;
    #packed = [];
    #buffer = Buffer.allocUnsafe(CHUNK + 1);
    #offset = 0;
    #crc = 0;
    #name = '';
    #isOpen = true;
    #pending = [];
    #pendingBytes = 0;
    constructor(path, count, { format, level, share, signal }) {
        this.#path = path;
        this.#format = format;
        this.#level = level;
        this.#share = share;
        this.#signal = signal;
        this.#sum = (0,external_node_crypto_.createHash)(format);
        this.#remove();
        this.#descriptor = this.#create(path);
        const header = Buffer.from('PACK\0\0\0\u0002....');
        header.writeUInt32BE(count, 8);
        this.#write(header);
    }
    get name() {
        return this.#name;
    }
    async add({ type, id, size, content, compressed }) {
        const offset = this.#offset;
        this.#crc = 0;
        this.#write(entryHeader(type, size));
        let actual = id;
        if (compressed)
            this.#write(compressed);
        else if (size > CHUNK && typeof content === 'string')
            actual = await this.#stream(content, size);
        else
            actual = this.#whole(type, content, size);
        this.#packed.push({ id, crc: this.#crc, offset });
        return actual === id;
    }
    #whole(type, content, size) {
        const bytes = typeof content === 'string' ? this.#read(content, size) : content;
        this.#write(compress(bytes, this.#level));
        return bytes.length === size ? (0,object_id/* objectId */.T)(this.#format, bytes, type) : '';
    }
    #read(path, size) {
        const descriptor = (0,disk/* openToRead */.g1)(path);
        try {
            let length = 0;
            while (length <= size) {
                const count = (0,external_node_fs_.readSync)(descriptor, this.#buffer, length, size + 1 - length, null);
                if (count === 0)
                    break;
                length += count;
            }
            return this.#buffer.subarray(0, length);
        }
        finally {
            (0,external_node_fs_.closeSync)(descriptor);
        }
    }
    async #stream(path, size) {
        const sum = (0,external_node_crypto_.createHash)(this.#format).update(`blob ${size}\0`);
        const signal = this.#signal;
        let read = 0;
        const open = () => ({ ...PIECES, fd: (0,disk/* openToRead */.g1)(path) });
        const [sample = Buffer.alloc(0)] = await (0,external_node_fs_.createReadStream)(path, { ...open(), end: SAMPLE - 1 }).toArray();
        await (0,promises_namespaceObject.pipeline)((0,external_node_fs_.createReadStream)(path, open()), async function* (chunks) {
            for await (const chunk of chunks) {
                signal?.throwIfAborted();
                sum.update(chunk);
                read += chunk.length;
                yield chunk;
            }
        }, (0,external_node_zlib_.createDeflate)({ level: levelFor(sample, this.#level), chunkSize: CHUNK }), async (pieces) => {
            for await (const piece of pieces)
                this.#write(piece);
        });
        return read === size ? sum.digest('hex') : '';
    }
    #write(bytes) {
        this.#crc = (0,external_node_zlib_.crc32)(bytes, this.#crc);
        this.#offset += bytes.length;
        this.#pending.push(bytes);
        this.#pendingBytes += bytes.length;
        if (this.#pendingBytes >= CHUNK)
            this.#flush();
    }
    #flush() {
        const [first, ...others] = this.#pending;
        const bytes = first && others.length === 0 ? first : Buffer.concat(this.#pending);
        this.#sum.update(bytes);
        (0,disk/* writeAll */.f4)(this.#descriptor, bytes);
        this.#pending = [];
        this.#pendingBytes = 0;
    }
    finish() {
        this.#flush();
        const trailer = this.#sum.digest();
        this.#name = trailer.toString('hex');
        (0,disk/* writeAll */.f4)(this.#descriptor, trailer);
        (0,external_node_fs_.closeSync)(this.#descriptor);
        this.#isOpen = false;
        const sorted = this.#packed.sort((one, other) => (one.id < other.id ? -1 : 1));
        const body = packIndex(sorted, trailer);
        const descriptor = this.#create(`${this.#path}.idx`);
        try {
            (0,disk/* writeAll */.f4)(descriptor, body);
            (0,disk/* writeAll */.f4)(descriptor, (0,external_node_crypto_.createHash)(this.#format).update(body).digest());
        }
        finally {
            (0,external_node_fs_.closeSync)(descriptor);
        }
    }
    #create(path) {
        const descriptor = (0,external_node_fs_.openSync)(path, 'wx', 0o444);
        this.#share?.(descriptor);
        return descriptor;
    }
    abandon() {
        if (this.#isOpen)
            (0,external_node_fs_.closeSync)(this.#descriptor);
        this.#remove();
    }
    #remove() {
        for (const path of [this.#path, `${this.#path}.idx`])
            (0,external_node_fs_.rmSync)(path, { force: true });
    }
}
function levelFor(sample, level) {
    const isWorthIt = (0,external_node_zlib_.deflateSync)(sample, { level: 1 }).length < sample.length * WORTH_IT;
    return isWorthIt ? level : external_node_zlib_.constants.Z_NO_COMPRESSION;
}
function entryHeader(type, size) {
    const bytes = [];
    let rest = Math.floor(size / 16);
    let byte = (TYPES[type] << 4) | (size % 16);
    for (; rest > 0; rest = Math.floor(rest / 128)) {
        bytes.push(byte | 0x80);
        byte = rest % 128;
    }
    return Buffer.from([...bytes, byte]);
}
function packIndex(sorted, trailer) {
    const fanOut = new Array(256).fill(0);
    for (const { id } of sorted)
        fanOut[Number.parseInt(id.slice(0, 2), 16)] += 1;
    for (let first = 1; first < 256; first += 1)
        fanOut[first] += fanOut[first - 1];
    const large = sorted.filter(({ offset }) => offset >= LARGE_OFFSET);
    const parts = 2 + 256 + 2 * sorted.length + 2 * large.length;
    const index = Buffer.alloc(4 * parts + (sorted.length + 1) * trailer.length);
    let at = 0;
    const add = (value) => {
        at = index.writeUInt32BE(value, at);
    };
    for (const value of [0xff744f63, 2, ...fanOut])
        add(value);
    for (const { id } of sorted)
        at += index.write(id, at, 'hex');
    for (const { crc } of sorted)
        add(crc);
    let next = LARGE_OFFSET;
    for (const { offset } of sorted)
        add(offset < LARGE_OFFSET ? offset : next++);
    for (const { offset } of large)
        at = index.writeBigUInt64BE(BigInt(offset), at);
    trailer.copy(index, at);
    return index;
}

// EXTERNAL MODULE: ./lib/paths.js
var paths = __nccwpck_require__(1307);
;// CONCATENATED MODULE: ./lib/private-index.js






async function replaceEntries(file, format, path, wanted) {
    const index = inWholeNames((0,external_node_fs_.readFileSync)(file), format);
    const [own, below] = [Buffer.from(path), Buffer.from(`${path}/`)];
    const parts = [];
    let [from, end, kept, place] = [index_file/* HEADER_BYTES */.q2, index_file/* HEADER_BYTES */.q2, 0, -1];
    const keepUpTo = (to) => {
        if (to > from)
            parts.push(index.subarray(from, to));
    };
    const extensions = (0,index_file/* visitEntries */.Oo)(index, format, (entry) => {
        const { at, nameAt, nameEnd, next } = entry;
        end = next;
        if ((0,index_file/* isAt */.ii)(index, entry, own)) {
            keepUpTo(at);
            from = next;
            return;
        }
        kept += 1;
        if (place >= 0 || index.compare(below, 0, below.length, nameAt, nameEnd) < 0)
            return;
        keepUpTo(at);
        from = at;
        place = parts.length;
    });
    if (!extensions)
        throw new Error(`${file} is damaged, split or sparse`);
    keepUpTo(end);
    parts.splice(place < 0 ? parts.length : place, 0, newEntries(format, wanted));
    const header = Buffer.from(index.subarray(0, index_file/* HEADER_BYTES */.q2));
    header.writeUInt32BE(kept + wanted.length, index_file/* COUNT_AT */.AN);
    const trees = extensions.get(index_file/* TREES */.U0);
    if (trees)
        parts.push(withoutTreesOf(trees, (0,index_file/* idBytesOf */.QG)(format), path));
    const body = Buffer.concat([header, ...parts]);
    const sum = Buffer.from((0,external_node_crypto_.hash)(format, body), 'hex');
    await (0,effect/* effect */.Q)('write index', () => {
        (0,disk/* refuseSymlink */.Uf)((0,external_node_path_.dirname)(file));
        (0,external_node_fs_.rmSync)(`${file}.new`, { force: true });
        (0,external_node_fs_.writeFileSync)(`${file}.new`, Buffer.concat([body, sum]), { flag: 'wx' });
        (0,external_node_fs_.renameSync)(`${file}.new`, file);
    });
}
function withoutTreesOf(trees, idBytes, path) {
    const own = `${Buffer.from(path).toString('latin1')}/`;
    const parts = [];
    let at = 0;
    const take = (parent) => {
        const nameEnd = trees.indexOf(0, at);
        const end = trees.indexOf(0x0a, nameEnd);
        const name = trees.toString('latin1', at, nameEnd);
        const [entries, below] = trees
            .toString('latin1', nameEnd + 1, end)
            .split(' ')
            .map(Number);
        const next = end + 1 + (entries < 0 ? 0 : idBytes);
        const whole = name === '' ? '' : `${parent}${name}/`;
        const isTouched = own.startsWith(whole) || whole.startsWith(own);
        parts.push(isTouched ? Buffer.from(`${name}\0-1 ${below}\n`, 'latin1') : trees.subarray(at, next));
        at = next;
        for (let left = below; left > 0; left -= 1)
            take(whole);
    };
    take('');
    const head = Buffer.from(`${index_file/* TREES */.U0}....`);
    head.writeUInt32BE(parts.reduce((sum, part) => sum + part.length, 0), 4);
    return Buffer.concat([head, ...parts]);
}
function inWholeNames(index, format) {
    if ((0,index_file/* versionOf */.E4)(index) !== 4)
        return index;
    const header = Buffer.from(index.subarray(0, index_file/* HEADER_BYTES */.q2));
    header.writeUInt32BE(3, index_file/* VERSION_AT */.D3);
    const parts = [header];
    const end = (0,index_file/* walkIndex */.Qp)(index, format, (entry) => {
        parts.push(withName(index.subarray(entry.at, entry.nameAt), (0,index_file/* nameIn */.ZC)(index, entry)));
    });
    return Buffer.concat([...parts, index.subarray(end)]);
}
function newEntries(format, wanted) {
    const flagsIn = index_file/* STAT_BYTES */.LM + (0,index_file/* idBytesOf */.QG)(format);
    const named = wanted.map((entry) => ({ entry, name: Buffer.from(entry.name) }));
    named.sort((one, other) => one.name.compare(other.name));
    const sizeOf = (name) => (0,index_file/* padded */.jC)(flagsIn + 2 + name.length);
    const all = Buffer.alloc(named.reduce((sum, { name }) => sum + sizeOf(name), 0));
    let at = 0;
    for (const { entry, name } of named) {
        all.writeUInt32BE(Number.parseInt(entry.mode, 8), at + index_file/* MODE_AT */.Yw);
        all.write(entry.id, at + index_file/* STAT_BYTES */.LM, 'hex');
        all.writeUInt16BE(Math.min(name.length, index_file/* LENGTH */.pi), at + flagsIn);
        name.copy(all, at + flagsIn + 2);
        at += sizeOf(name);
    }
    return all;
}
const withName = (head, name) => Buffer.concat([head, name], (0,index_file/* padded */.jC)(head.length + name.length));

// EXTERNAL MODULE: ./lib/shared-repository.js
var shared_repository = __nccwpck_require__(2547);
// EXTERNAL MODULE: ./lib/tree.js + 1 modules
var tree = __nccwpck_require__(3348);
;// CONCATENATED MODULE: ./lib/tree-objects.js


const DIRECTORY = '40000';
const SORTS_DIFFERENTLY = /[\ud800-\uffff]/;
function treeObjects(tree, format, changes) {
    const objects = new Map();
    const shrunk = new Set(changes.gone.flatMap(directoriesOf));
    let at = 0;
    const take = (directory) => {
        const items = [];
        let isKnown = true;
        let isChanged = shrunk.has(directory);
        for (let entry = tree[at]; entry?.path.startsWith(directory); entry = tree[at]) {
            const end = entry.path.indexOf('/', directory.length) + 1;
            const path = end === 0 ? entry.path : entry.path.slice(0, end);
            const name = path.slice(directory.length);
            if (end === 0) {
                at += 1;
                isChanged ||= changes.isChanged(entry);
                isKnown &&= !changes.isUnknown(entry);
                items.push({ name, mode: entry.mode, id: entry.blob });
            }
            else {
                const below = take(path);
                isChanged ||= below.isChanged;
                isKnown &&= below.id !== '';
                items.push({ name, mode: DIRECTORY, id: below.id });
            }
            isKnown &&= !SORTS_DIFFERENTLY.test(name);
        }
        if (!isKnown)
            return { id: '', isChanged };
        const content = contentOf(items);
        const id = (0,object_id/* objectId */.T)(format, content, 'tree');
        if (isChanged)
            objects.set(id, { id, content });
        return { id, isChanged };
    };
    take('');
    return [...objects.values()];
}
const directoriesOf = (path) => ['', ...(0,paths/* parentsOf */.fY)(path).map((parent) => `${parent}/`)];
function contentOf(items) {
    items.sort((one, other) => (one.name < other.name ? -1 : 1));
    const heads = items.map(({ name, mode }) => `${mode} ${mode === DIRECTORY ? name.slice(0, -1) : name}\0`);
    const ids = items.reduce((sum, { id }) => sum + id.length / 2, 0);
    const content = Buffer.allocUnsafe(ids + Buffer.byteLength(heads.join('')));
    let at = 0;
    for (const [index, { id }] of items.entries()) {
        at += content.write(heads[index], at);
        at += content.write(id, at, 'hex');
    }
    return content;
}

// EXTERNAL MODULE: ./lib/unchanged.js
var unchanged = __nccwpck_require__(4114);
;// CONCATENATED MODULE: ./lib/outputs.js












const LEVELS = { fast: 2, small: 6 };
async function blobsToPack(git, path, packing, { isNew, format, ...options }) {
    const held = isNew ? [] : await (0,target_index/* listEntries */.fi)(git, path, format, options);
    return new CompressedBlobs(LEVELS[packing], new Set(held.map(target_index/* idOf */.TH)));
}
async function indexOutputs(git, outputs) {
    const { index, workTree, path, tree, format, signal } = outputs;
    const options = { index, workTree, signal };
    const nameOf = (entry) => `${path}/${entry.path}`;
    const wantedOf = (entry) => ({ name: nameOf(entry), mode: entry.mode, id: entry.blob });
    const held = new Map();
    for (const line of await (0,target_index/* listEntries */.fi)(git, path, format, options)) {
        const [, mode, id] = line.split(' ', 3);
        const name = (0,target_index/* nameOf */.Vb)(line);
        held.set(name, { name, mode, id });
    }
    const known = new Set([...held.values()].map(({ id }) => id));
    const gone = new Set(held.keys());
    const changed = new Set();
    for (const entry of tree) {
        const before = held.get(nameOf(entry));
        gone.delete(nameOf(entry));
        if (before?.mode !== entry.mode || before.id !== entry.blob)
            changed.add(entry);
    }
    for (const name of gone)
        if (name.includes('\ufffd'))
            (0,paths/* checkPath */.Cg)(name);
    if (changed.size > 0 || gone.size > 0)
        await replaceEntries(index, format, path, tree.map(wantedOf));
    const [isConverted, share] = await Promise.all([
        converter(git, outputs, tree.some(hasCarriageReturn), options),
        (0,shared_repository/* shareOf */.t)(git),
    ]);
    const ofGit = tree.filter((entry) => isConverted(nameOf(entry), hasCarriageReturn(entry)));
    const left = new Set(ofGit);
    const plain = tree.filter((entry) => !left.has(entry));
    const trees = treeObjects(tree, format, {
        isChanged: (entry) => changed.has(entry),
        isUnknown: (entry) => left.has(entry),
        gone: [...gone].map((name) => name.slice(path.length + 1)),
    });
    await packUnknown(plain, trees, known, share, outputs);
    if (ofGit.length === 0)
        return true;
    const before = tree.flatMap((entry) => {
        const one = left.has(entry) ? held.get(nameOf(entry)) : wantedOf(entry);
        return one ? [one] : [];
    });
    await replaceEntries(index, format, path, before);
    await addByGit(git, ofGit, outputs);
    return false;
}
async function addByGit(git, entries, { index, workTree, path, signal }) {
    const root = (0,tree/* pathTo */.vs)(workTree, path);
    const names = entries.map((entry) => entry.path);
    const found = await (0,unchanged/* settledTree */.uD)(root, names, signal);
    const other = entries.find((entry, at) => !(0,tree/* sameContent */.Cm)(entry, found[at]));
    if (other)
        throw changed(other.path);
    const literal = ['--literal-pathspecs', '-c', 'core.ignoreCase=false', '-c', 'core.fileMode=true'];
    const add = [...literal, 'add', '--force', '--pathspec-from-file=-', '--pathspec-file-nul'];
    const input = names.map((name) => `${path}/${name}\0`).join('');
    await git.run(add, { index, workTree, signal, input });
    const written = (0,unchanged/* writtenSince */.wu)(root, found);
    if (written !== undefined)
        throw changed(written);
}
async function packUnknown(entries, trees, known, share, outputs) {
    const { workTree, path, objects, format, packing, compressed, signal, progress } = outputs;
    const unknown = entries.filter(({ blob }) => {
        const isUnknown = !known.has(blob);
        known.add(blob);
        return isUnknown;
    });
    const length = unknown.length + trees.length;
    if (length === 0)
        return;
    await compressed?.settle();
    const root = (0,tree/* pathTo */.vs)(workTree, path);
    const all = function* () {
        for (const { id, content } of trees)
            yield { type: 'tree', id, size: content.length, content };
        for (const { path: name, mode, size, blob } of unknown) {
            const file = (0,tree/* pathTo */.vs)(root, name);
            const content = mode === '120000' ? (0,external_node_fs_.readlinkSync)(file, 'buffer') : file;
            yield { type: 'blob', id: blob, size, content, compressed: compressed?.get(blob) };
        }
    };
    const options = { format, level: LEVELS[packing], share, signal, progress };
    await writePack(objects, { length, [Symbol.iterator]: all }, options, changed);
    compressed?.clear();
}
const hasCarriageReturn = (entry) => entry.hasCarriageReturn;
async function converter(git, { path, gitDirectory }, someHaveCarriageReturns, options) {
    const there = { ...options, encoding: 'latin1', env: { GIT_DIR: gitDirectory } };
    const names = await git.at(options.workTree).names(['ls-files', '-z', '--', ...(0,attributes/* convertible */.sz)(path)], there);
    const conversions = await (0,attributes/* conversionsOf */.HC)(git, names, options);
    const settings = someHaveCarriageReturns ? await (0,attributes/* convertsLineEnds */.HR)(git) : undefined;
    if (conversions.size === 0 && !settings?.lineEnds)
        return () => false;
    return (name, hasReturn) => {
        const bytes = Buffer.from(name).toString('latin1');
        const { content, lineEnds } = conversions.get(bytes) ?? { content: false, lineEnds: false };
        return content || (hasReturn && (lineEnds || (settings?.lineEnds ?? false)));
    };
}
function changed(content) {
    return new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `${(0,paths/* quote */.hD)(content)} changed after it was sealed, while it was packed`, { next: 'Let nothing else write to staging.' });
}

// EXTERNAL MODULE: ./lib/replay.js
var replay = __nccwpck_require__(6692);
// EXTERNAL MODULE: ./lib/target.js + 1 modules
var target = __nccwpck_require__(5836);
;// CONCATENATED MODULE: ./lib/proposal.js








class Proposal {
    #transaction;
    #options;
    #git;
    #commits = [];
    #seal;
    #isPlain = false;
    #progress;
    #preOp;
    constructor(transaction, options) {
        this.#transaction = transaction;
        this.#options = options;
        this.#git = options.quarantine.git;
    }
    get #record() {
        return this.#transaction.record;
    }
    get path() {
        return (0,paths/* wayTo */.bj)(this.#options.layout.topLevel, this.#record.target);
    }
    get index() {
        return this.#transaction.path('index');
    }
    get #inIndex() {
        return { index: this.index, signal: this.#options.signal };
    }
    compressBlobs() {
        const { base_sha: base, target } = this.#record;
        const where = { ...this.#inIndex, format: (0,object_id/* formatOf */.b)(base), isNew: !(0,external_node_fs_.existsSync)(target) };
        return blobsToPack(this.#git, this.path, this.#options.packing, where);
    }
    describe(commits, seal, progress) {
        this.#commits = commits;
        this.#seal = seal;
        this.#progress = progress;
    }
    async checkpoint(by) {
        const { layout, quarantine, signal } = this.#options;
        const place = { layout, path: this.path, index: this.index, quarantine };
        this.#preOp ??= new Checkpoint({ ...place, transaction: this.#transaction });
        await this.#preOp.set(by, signal);
    }
    get isClean() {
        return this.#preOp?.commit === this.#record.base_sha;
    }
    get submodules() {
        return this.#preOp?.submodules ?? [];
    }
    async make() {
        const { base_sha: base, history } = this.#record;
        const { operation, signal } = this.#options;
        const tree = operation
            ? await this.#treeOfOperation(operation)
            : await this.#treeOf(this.#seal.sealed, this.#seal.compressed);
        let commit = operation && history === 'phases' ? await operation.lastCommit() : base;
        for (const metadata of this.#commits)
            commit = await (0,commit_object/* commitTree */.SC)(this.#git, tree, [commit], metadata, signal);
        return commit;
    }
    get outputs() {
        return this.#seal && { sealed: this.#seal.sealed, isPlain: this.#isPlain };
    }
    async #treeOf(outputs, compressed) {
        const { layout, quarantine, packing } = this.#options;
        this.#isPlain = await indexOutputs(this.#git, {
            ...this.#inIndex,
            workTree: (0,target/* workTreeOf */.FY)(this.#record.staging),
            path: this.path,
            tree: outputs,
            objects: quarantine.directory,
            gitDirectory: layout.gitDirectory,
            format: (0,object_id/* formatOf */.b)(this.#record.base_sha),
            packing,
            compressed,
            progress: this.#progress,
        });
        return this.#git.writeTree(this.#inIndex);
    }
    async differences(outputs) {
        const { base_sha: base, manifest } = this.#record;
        const { signal } = this.#options;
        await this.#git.run(['read-tree', '--reset', base], this.#inIndex);
        const tree = await this.#treeOf(outputs);
        const args = ['cat-file', 'blob', `${base}:${this.path}/${manifest}`];
        const { exitCode, stdout } = await this.#git.try(args, { signal });
        return {
            changes: await (0,replay/* treeDiff */.Kp)(this.#git, base, tree, { signal }),
            manifest: exitCode === 0 ? stdout : undefined,
        };
    }
    async #treeOfOperation(operation) {
        await this.#git.run(['read-tree', '--reset', this.#record.base_sha], this.#inIndex);
        await (0,replay/* applyChanges */.YF)(this.#git, await operation.changes(), this.index, this.#options.signal);
        return this.#git.writeTree(this.#inIndex);
    }
    makeAgain(onto) {
        const { base_sha: base, local_sha: local } = this.#record;
        const move = { base: base, commit: local, onto, index: this.#transaction.path('index.replay') };
        return (0,replay/* replayCommits */.aY)(this.#git, move, this.#options.signal);
    }
}


/***/ }),

/***/ 6427:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   B6: () => (/* binding */ requireSamePlace),
/* harmony export */   BU: () => (/* binding */ readLimits),
/* harmony export */   Cc: () => (/* binding */ requireRepository),
/* harmony export */   Sc: () => (/* binding */ refuseWorkflow),
/* harmony export */   We: () => (/* binding */ requirePushable),
/* harmony export */   rt: () => (/* binding */ refuseFork),
/* harmony export */   u9: () => (/* binding */ pushUrl)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(452);
/* harmony import */ var _paths_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(1307);
/* harmony import */ var _replay_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(6692);




const READ_ONLY_EVENTS = /^pull_request(_review|_review_comment)?$/;
const WORKFLOWS = '.github/workflows/';
const MIB = 1024 * 1024;
const GITHUB = /^((https|ssh|git):\/\/)?([^/@]*@)?(www\.)?github\.com[/:]/;
const LARGEST_ON_GITHUB = 100 * MIB;
function refuseFork() {
    if (!READ_ONLY_EVENTS.test(process.env['GITHUB_EVENT_NAME'] ?? ''))
        return;
    const { pull_request: pull } = readEvent();
    const [head, base] = [pull?.head?.repo?.full_name, pull?.base?.repo?.full_name];
    if (base === undefined || head === base)
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `this run is for a pull request from a fork (${head ?? 'deleted meanwhile'}): its token cannot push to ${base}`, {
        next: 'Publish in the run after the merge (on: push), and give this one mode: check. ' +
            'See docs/publishing.md, "Pull requests from forks".',
    });
}
function readEvent() {
    try {
        return JSON.parse((0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(process.env['GITHUB_EVENT_PATH'] ?? '', 'utf8'));
    }
    catch {
        return {};
    }
}
async function pushUrl(git, remote) {
    const { stdout } = await git.try(['remote', 'get-url', '--push', '--all', remote]);
    return [...new Set(stdout.toString().trim().split('\n'))].join('\n');
}
async function requireSamePlace(git, remote, url) {
    if (url === undefined || url === (await pushUrl(git, remote)))
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `remote ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(remote)} was given another URL while this transaction ran`, { next: `Nothing was pushed. See git remote get-url --push ${remote}, and let no command change it.` });
}
async function readLimits(git, remote, jobServerUrl) {
    const url = await pushUrl(git, remote);
    if (url === '' && !/[:/]/.test(remote)) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `there is no remote ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(remote)} in this repository`, {
            next: 'Add it (git remote add), name another by the input remote, or set push to false.',
        });
    }
    if (url.includes('\n')) {
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `input remote holds ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(remote)}, which has several push URLs: one may take the commit and another refuse it`, { next: 'Give remote the name of one with a single URL, and mirror from there (git remote add).' });
    }
    return {
        url,
        noWorkflows: jobServerUrl !== undefined && url.startsWith(`${jobServerUrl}/`),
        largestFile: GITHUB.test(url) ? LARGEST_ON_GITHUB : undefined,
    };
}
function requireRepository({ url }, repository) {
    const path = url
        .replace(/\/+$/, '')
        .replace(/\.git$/, '')
        .toLowerCase();
    if (path.endsWith(`/${repository.toLowerCase()}`) || path.endsWith(`:${repository.toLowerCase()}`))
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `input sign holds "github", and the remote is not ${repository}, in which GitHub would sign`, { next: "Sign only what goes to the job's own repository, or set sign to none." });
}
function refuseWorkflow(path) {
    if (!`${path}/`.startsWith(WORKFLOWS))
        return;
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `${(0,_paths_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(path)} cannot be pushed: the job's token may not change workflows`, {
        next: "Give token an app's token with the workflows permission, or a personal one with the workflow scope.",
    });
}
async function requirePushable(git, { noWorkflows, largestFile }, { base, commit, target, outputs }) {
    const prefix = target === '' ? '' : `${target}/`;
    if (noWorkflows && WORKFLOWS.startsWith(prefix)) {
        for (const { path } of await (0,_replay_js__WEBPACK_IMPORTED_MODULE_3__/* .treeDiff */ .Kp)(git, base, commit))
            refuseWorkflow(path);
    }
    for (const { path, size } of outputs) {
        if (largestFile === undefined || size <= largestFile)
            continue;
        const held = Number(await git.run(['cat-file', '-s', `${commit}:${prefix}${path}`]));
        if (held <= largestFile)
            continue;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `${(0,_paths_js__WEBPACK_IMPORTED_MODULE_2__/* .quote */ .hD)(path)} has ${held} bytes, and github.com takes files up to ${largestFile}`, { next: 'Track it with Git LFS, or publish it as a release asset.' });
    }
}


/***/ }),

/***/ 3682:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Ej: () => (/* binding */ size),
/* harmony export */   U9: () => (/* binding */ count),
/* harmony export */   p0: () => (/* binding */ duration)
/* harmony export */ });
const MIB = 1024 * 1024;
function count(number, noun) {
    const grouped = String(number).replace(/\B(?=(\d{3})+$)/g, ',');
    return `${grouped} ${noun}${number === 1 ? '' : 's'}`;
}
function size(bytes) {
    if (bytes < 1024)
        return `${bytes} B`;
    return bytes < MIB ? `${(bytes / 1024).toFixed(1)} KiB` : `${(bytes / MIB).toFixed(1)} MiB`;
}
function duration(milliseconds) {
    const rounded = Math.round(milliseconds);
    if (rounded < 1000)
        return `${rounded} ms`;
    if (rounded < 60_000)
        return `${(milliseconds / 1000).toFixed(1)} s`;
    const seconds = Math.round(milliseconds / 1000);
    return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}


/***/ }),

/***/ 7044:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Z: () => (/* binding */ stampOf),
/* harmony export */   v: () => (/* binding */ recognize)
/* harmony export */ });
/* harmony import */ var _unchanged_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4114);

function stampOf(entry) {
    return (0,_unchanged_js__WEBPACK_IMPORTED_MODULE_0__/* .isSettled */ .Is)(entry) ? text(entry) : null;
}
function text({ dev, ino, mtimeS, mtimeNs, ctimeS, ctimeNs }) {
    return `${dev} ${ino} ${mtimeS} ${mtimeNs} ${ctimeS} ${ctimeNs}`;
}
function recognize(published) {
    let next = published.next();
    return (entry) => {
        while (!next.done && next.value.path < entry.path)
            next = published.next();
        if (next.done || next.value.path !== entry.path)
            return undefined;
        const { size, sha256, stamp } = next.value;
        return size === entry.size && stamp === text(entry) ? sha256 : undefined;
    };
}


/***/ }),

/***/ 5894:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Hd: () => (/* binding */ isTerminal),
/* harmony export */   RS: () => (/* binding */ isInPlace),
/* harmony export */   Tt: () => (/* binding */ isOnlyStaged),
/* harmony export */   W0: () => (/* binding */ branchOf),
/* harmony export */   tf: () => (/* binding */ intent)
/* harmony export */ });
const NOT_YET = {
    ended_at: null,
    exit_code: null,
    reason: null,
    settled: 0,
    pruned: 0,
    publication: null,
    created_parent: null,
    old_digest: null,
    manifest_sha256: null,
    preop_sha: null,
    opexec_sha: null,
    local_sha: null,
    commit_sha: null,
    saved_index: null,
    index_sha256: null,
    remote_sha: null,
    temporary_ref: null,
};
function intent(known) {
    return { ...known, ...NOT_YET, state: 'INTENT', pid: process.pid, began_at: new Date().toISOString() };
}
function branchOf(record) {
    return record?.branch?.replace('refs/heads/', '') ?? '';
}
function isInPlace({ staging }) {
    return staging === '';
}
function isOnlyStaged({ state }) {
    return state === 'INTENT' || state === 'SEALED';
}
function isTerminal({ state }) {
    return state === 'COMMITTED' || state === 'ROLLED_BACK';
}


/***/ }),

/***/ 2860:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Jg: () => (/* binding */ readRemoteRefs),
/* harmony export */   Jl: () => (/* binding */ runRemotely),
/* harmony export */   QE: () => (/* binding */ hasCommit),
/* harmony export */   fE: () => (/* binding */ isShallow),
/* harmony export */   gR: () => (/* binding */ contains),
/* harmony export */   iH: () => (/* binding */ fetchCommit),
/* harmony export */   u4: () => (/* binding */ track)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var _backoff_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(7119);
/* harmony import */ var _disk_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7486);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(452);
/* harmony import */ var _git_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(9151);
/* harmony import */ var _paths_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(1307);






async function runRemotely(git, args, patience) {
    for (let attempt = 1;; attempt += 1) {
        const result = await git.try(args, { signal: patience.signal });
        if (result.exitCode === 0)
            return result.stdout.toString();
        const said = (0,_git_js__WEBPACK_IMPORTED_MODULE_4__/* .gitError */ .N)(args, result);
        const { attempts = _backoff_js__WEBPACK_IMPORTED_MODULE_1__/* .CONNECTION_ATTEMPTS */ .W6 } = patience;
        if (attempt >= attempts || !(0,_backoff_js__WEBPACK_IMPORTED_MODULE_1__/* .isTransient */ .dg)(said.message))
            throw said;
        await (0,_backoff_js__WEBPACK_IMPORTED_MODULE_1__/* .backOff */ .fu)(attempt, `${said.message}.`, patience);
    }
}
async function readRemoteRefs(git, remote, refs, patience) {
    const args = ['ls-remote', '--quiet', remote, ...refs.flatMap((ref) => [ref, `${ref}^{}`])];
    const answer = await runRemotely(git, args, patience).catch((error) => {
        if (!(error instanceof _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .TransactionError */ .Jn))
            throw error;
        throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `remote ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)(remote)} cannot be asked: ${error.message}`, {
            next: error.next ?? 'Check that the remote is there and that the token may read it.',
            tail: error.tail,
        });
    });
    const lines = answer.split('\n').filter(Boolean);
    const found = new Map(lines.map((line) => line.split('\t').reverse()));
    return new Map(refs.flatMap((ref) => {
        const commit = found.get(`${ref}^{}`) ?? found.get(ref);
        return commit === undefined ? [] : [[ref, commit]];
    }));
}
async function hasCommit(git, commit) {
    return (await git.try(['cat-file', '-e', `${commit}^{commit}`])).exitCode === 0;
}
const FETCH = ['fetch', '--quiet', '--no-tags', '--no-write-fetch-head'];
async function track(git, remote, branch) {
    await git.try([...FETCH, remote, branch]);
}
async function fetchCommit(git, remote, commit, patience, ...more) {
    if (await hasCommit(git, commit))
        return;
    await runRemotely(git, [...FETCH, ...more, remote, commit], patience);
}
async function isShallow(git) {
    return (await git.run(['rev-parse', '--is-shallow-repository'])) === 'true';
}
async function isWhole(git, tip) {
    const path = await git.run(['rev-parse', '--path-format=absolute', '--git-path', 'shallow']);
    const cut = (0,_disk_js__WEBPACK_IMPORTED_MODULE_2__/* .ignoreMissing */ .bt)(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(path, 'utf8'))?.split('\n') ?? [];
    if (cut.length === 0)
        return true;
    const roots = (await git.run(['rev-list', '--max-parents=0', tip])).split('\n');
    return !roots.some((root) => cut.includes(root));
}
const DEEPER = [50, 500, 5000];
async function contains(git, { remote, tip, commit, before }, patience) {
    await fetchCommit(git, remote, tip, patience);
    const isIn = async (one) => (await hasCommit(git, one)) && (await git.isAncestor(one, tip));
    for (const depth of [...DEEPER, undefined]) {
        if (await isIn(commit))
            return true;
        if (before && (await isIn(before)))
            return false;
        if (await isWhole(git, tip))
            return false;
        if (depth === undefined)
            break;
        await runRemotely(git, [...FETCH, `--deepen=${depth}`, remote, tip], patience);
    }
    throw new _errors_js__WEBPACK_IMPORTED_MODULE_3__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `this clone is too shallow to tell whether ${tip} on ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_5__/* .quote */ .hD)(remote)} contains ${commit}`, { next: 'Fetch more of its history (git fetch --unshallow), then run again.' });
}


/***/ }),

/***/ 6692:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   FO: () => (/* binding */ neverStill),
/* harmony export */   Kp: () => (/* binding */ treeDiff),
/* harmony export */   W0: () => (/* binding */ isAbsent),
/* harmony export */   YF: () => (/* binding */ applyChanges),
/* harmony export */   ZF: () => (/* binding */ requireReplayable),
/* harmony export */   aY: () => (/* binding */ replayCommits),
/* harmony export */   w8: () => (/* binding */ remoteMoved)
/* harmony export */ });
/* harmony import */ var _commit_object_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(4468);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(452);
/* harmony import */ var _globs_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(8904);
/* harmony import */ var _paths_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(1307);
/* harmony import */ var _target_index_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(383);





const isAbsent = ({ mode }) => mode === '000000';
async function treeDiff(git, from, to, options = {}) {
    const args = ['diff-tree', '-r', '-z', '--no-renames', from, to];
    const fields = (await git.run(args, options)).split('\0');
    const changes = [];
    for (let index = 0; index + 1 < fields.length; index += 2) {
        const [before, after, one, other] = fields[index].slice(1).split(' ');
        changes.push({
            path: fields[index + 1],
            before: { mode: before, id: one },
            after: { mode: after, id: other },
        });
    }
    return changes;
}
function remoteMoved(message, next) {
    return new _errors_js__WEBPACK_IMPORTED_MODULE_1__/* .TransactionError */ .Jn('ATOMIC_COMMIT_FAILED', `the remote moved: ${message}`, { next });
}
async function requireReplayable(git, { branch, base, onto, paths, isInPlace }, dependsOn, signal) {
    if (!(await git.isAncestor(base, onto))) {
        throw remoteMoved(`${(0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(branch)} is at ${onto} there, which does not contain the base commit ${base}`, 'Check out the branch as it is on the remote and run again.');
    }
    const theirs = (await treeDiff(git, base, onto, { signal })).map(({ path }) => path);
    const touched = theirs.filter(overlapWith(paths));
    if (touched.length > 0) {
        throw remoteMoved(`${await whoChanged(git, base, onto, touched)}, ${isInPlace ? 'which this transaction changes, too' : 'inside the target'}`, 'Publishing would undo that. Check out the branch as it is and run again.');
    }
    const stale = theirs.filter((0,_globs_js__WEBPACK_IMPORTED_MODULE_2__/* .globMatcher */ .f)(dependsOn));
    if (stale.length > 0) {
        throw remoteMoved(`${await whoChanged(git, base, onto, stale)}, which depends-on names: the outputs are stale`, 'Check out the branch as it is and run again, so that the outputs are made from it.');
    }
}
function overlapWith(own) {
    const exact = new Set(own);
    const parents = new Set(own.flatMap((path) => (0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .parentsOf */ .fY)(path)));
    return (path) => exact.has(path) || parents.has(path) || (0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .parentsOf */ .fY)(path).some((parent) => exact.has(parent));
}
async function commitsBetween(git, base, tip, signal) {
    const list = await git.run(['rev-list', '--reverse', '--topo-order', '--parents', `${base}..${tip}`], {
        signal,
    });
    const lines = list.split('\n').filter(Boolean);
    if (lines.some((line) => line.split(' ').length !== 2)) {
        throw remoteMoved('the operation made merges, which cannot be made again', 'Run again on the branch as it is.');
    }
    return lines.map((line) => line.split(' ')[0]);
}
const SHOWN_PATHS = 5;
async function whoChanged(git, base, onto, paths) {
    const format = ['-1', '--no-show-signature', '--format=%H%x00%an%x00%s'];
    const range = [`${base}..${onto}`, '--', ...paths.slice(0, 100)];
    const log = await git.run(['--literal-pathspecs', 'log', ...format, ...range]);
    const [found = '', author = '', subject = ''] = log.split('\0');
    const commit = found || onto;
    const names = ['-1', '-m', '--first-parent', '--no-renames', '--name-only', '--format=', '-z', commit];
    const its = new Set((await git.names(['log', ...names])).map((name) => name.replace(/^\n/, '')));
    const some = paths.filter((path) => its.has(path));
    const own = some.length > 0 ? some : paths;
    const more = own.length > SHOWN_PATHS ? ` and ${own.length - SHOWN_PATHS} more` : '';
    const named = `${own.slice(0, SHOWN_PATHS).map(_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD).join(', ')}${more}`;
    const [earlier, ...others] = paths.filter((path) => !own.includes(path));
    const before = earlier === undefined
        ? ''
        : `, and commits before it ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(earlier)}${others.length === 0 ? '' : ` and ${others.length} more`}`;
    return `commit ${commit} by ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(author)} (${(0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(subject)}) changed ${named}${before}`;
}
function neverStill(branch, attempts) {
    return remoteMoved(`${(0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .quote */ .hD)(branch)} was elsewhere at each of ${attempts} attempts`, 'Many publish at once: raise push-attempts, or let them wait for each other by a concurrency group.');
}
async function applyChanges(git, changes, index, signal) {
    const lines = changes.map(({ path, after }) => `${after.mode} ${after.id}\t${path}\0`);
    await (0,_target_index_js__WEBPACK_IMPORTED_MODULE_4__/* .updateIndex */ .UB)(git, lines, { index, signal });
}
async function replayCommits(git, { base, commit, onto, index }, signal) {
    await git.run(['read-tree', '--reset', onto], { index, signal });
    let parent = onto;
    for (const one of await commitsBetween(git, base, commit, signal)) {
        await applyChanges(git, await treeDiff(git, `${one}^`, one, { signal }), index, signal);
        const tree = await git.writeTree({ index, signal });
        parent = await (0,_commit_object_js__WEBPACK_IMPORTED_MODULE_0__/* .remakeCommit */ .PQ)(git, one, tree, parent, signal);
    }
    return parent;
}


/***/ }),

/***/ 5055:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  pl: () => (/* binding */ Report),
  TN: () => (/* binding */ oneLine),
  gD: () => (/* binding */ writeChecksums)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./node_modules/@actions/core/lib/core.js + 16 modules
var core = __nccwpck_require__(3340);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __nccwpck_require__(452);
// EXTERNAL MODULE: ./lib/filter.js
var filter = __nccwpck_require__(1437);
// EXTERNAL MODULE: ./lib/markdown.js
var markdown = __nccwpck_require__(5162);
// EXTERNAL MODULE: ./lib/quantities.js
var quantities = __nccwpck_require__(3682);
// EXTERNAL MODULE: external "node:os"
var external_node_os_ = __nccwpck_require__(8161);
// EXTERNAL MODULE: ./lib/command.js + 1 modules
var command = __nccwpck_require__(2808);
;// CONCATENATED MODULE: ./lib/versions.js




function ownVersion() {
    try {
        const path = (0,external_node_path_.join)((0,external_node_path_.dirname)(process.argv[1]), '../package.json');
        return JSON.parse((0,external_node_fs_.readFileSync)(path, 'utf8')).version;
    }
    catch {
        return 'of an unknown version';
    }
}
function versions() {
    const { GITHUB_ACTION_REPOSITORY: from, GITHUB_ACTION_REF: ref } = process.env;
    const action = `Atomic Publish ${ownVersion()}${from && ref ? ` (${from}@${ref})` : ''}`;
    const platform = `${process.platform} ${process.arch} ${(0,external_node_os_.release)()}`;
    return [action, `node ${process.version}`, (0,command/* gitVersion */.r9)(), platform].join(', ');
}

;// CONCATENATED MODULE: ./lib/report.js








const SHOWN_LINES = 5;
const PROGRESS_EVERY_MS = 2000;
const QUIET_MS = 10_000;
const LONGEST_QUIET_MS = 60_000;
function oneLine(text) {
    const lines = text.split(/[\p{Cc}\u2028\u2029]+/u).map((line) => line.trim());
    return lines.filter(Boolean).join(' ');
}
function writeChecksums(temp, name, lines) {
    const path = (0,external_node_path_.join)(temp, `SHA256SUMS-${name}`);
    (0,external_node_fs_.writeFileSync)(path, lines);
    return path;
}
class Report {
    phases = [];
    verdicts = [];
    #progressMs;
    #quietMs;
    #saidAt = 0;
    constructor({ progressMs = PROGRESS_EVERY_MS, quietMs = QUIET_MS } = {}) {
        this.#progressMs = progressMs;
        this.#quietMs = quietMs;
    }
    say = (message) => {
        this.#saidAt = performance.now();
        core/* info */.pq((0,filter/* inertText */.U)(message));
    };
    warn = (message) => core/* warning */.$e((0,filter/* inertText */.U)(message), { title: 'Atomic Publish' });
    step = async (name, perform) => {
        const phase = { name, beganAt: new Date(), milliseconds: 0, failed: true };
        const startedAt = performance.now();
        core/* startGroup */.Oh(name);
        this.phases.push(phase);
        const stop = this.#watch(name, startedAt);
        try {
            const result = await perform();
            phase.failed = false;
            return result;
        }
        finally {
            stop();
            phase.milliseconds = performance.now() - startedAt;
            this.say(`${name}: ${phase.failed ? 'failed after' : 'done in'} ${(0,quantities/* duration */.p0)(phase.milliseconds)}`);
            core/* endGroup */.N4();
        }
    };
    #watch(name, startedAt) {
        let timer;
        const wait = (milliseconds) => {
            timer = setTimeout(() => {
                const now = performance.now();
                if (now - this.#saidAt >= this.#quietMs)
                    this.say(`${name}: ${(0,quantities/* duration */.p0)(now - startedAt)} so far`);
                wait(Math.min(now - startedAt, LONGEST_QUIET_MS));
            }, milliseconds).unref();
        };
        wait(this.#quietMs);
        return () => clearTimeout(timer);
    }
    progress = (doing) => {
        const startedAt = performance.now();
        let saidAt = startedAt;
        return (files, bytes) => {
            const now = performance.now();
            if (now - saidAt < this.#progressMs)
                return;
            saidAt = now;
            const rate = (0,quantities/* size */.Ej)(Math.round((bytes * 1000) / (now - startedAt)));
            this.say(`${doing}: ${(0,quantities/* count */.U9)(files, 'file')}, ${(0,quantities/* size */.Ej)(bytes)}, ${rate}/s`);
        };
    };
    fail(error, restored) {
        for (const line of error.tail)
            core/* info */.pq((0,filter/* inertText */.U)(`  | ${line.trimEnd()}`));
        if (error.bug)
            this.say(`${error.bug.stack ?? error.bug.message}\n${versions()}`);
        const unsaid = error.tail.filter((line) => !error.message.includes(line.trim()));
        const last = unsaid.slice(-SHOWN_LINES).map((line) => (0,filter/* inertText */.U)(`  | ${(0,markdown/* cut */.Jj)(line.trimEnd(), 200)}`));
        const message = (0,filter/* inertText */.U)((0,markdown/* cut */.Jj)(error.message, 2000));
        const text = [message, ...last, restored, error.remedy].filter(Boolean).join('\n');
        core/* error */.z3(text.slice(0, 4000), { title: `Atomic Publish: ${errors/* EXIT_CODES */.ai[error.code]} ${error.code}` });
    }
    setOutputs(outputs) {
        try {
            for (const [name, value] of outputs)
                core/* setOutput */.uH(name, value);
        }
        catch (error) {
            this.warn(`The outputs could not be set: ${error.message}`);
        }
    }
    keep(what, write) {
        try {
            return write();
        }
        catch (error) {
            this.warn(`The ${what} could not be written: ${error.message}`);
            return '';
        }
    }
    summarize(markdown) {
        const path = process.env['GITHUB_STEP_SUMMARY'];
        if (!path)
            return;
        try {
            (0,external_node_fs_.appendFileSync)(path, markdown);
        }
        catch (error) {
            this.warn(`The job summary could not be written: ${error.message}`);
        }
    }
}


/***/ }),

/***/ 535:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Sg: () => (/* binding */ WRITTEN),
/* harmony export */   ZF: () => (/* binding */ Restoration),
/* harmony export */   rY: () => (/* binding */ intention)
/* harmony export */ });
/* harmony import */ var _before_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(5656);
/* harmony import */ var _commit_object_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4468);
/* harmony import */ var _disk_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7486);
/* harmony import */ var _layout_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(9449);
/* harmony import */ var _paths_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(1307);
/* harmony import */ var _replay_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(6692);






const WRITTEN = 'index.back';
const intention = (name) => `Intent-To-Add: ${encodeURIComponent(name)}`;
const intentionsIn = (message) => [...message.matchAll(/^Intent-To-Add: (.*)$/gm)].map(([, name]) => decodeURIComponent(name));
class Restoration {
    #transaction;
    #git;
    #layout;
    #quarantine;
    #snapshots;
    #signal;
    constructor(transaction, { layout, quarantine, snapshots, signal }) {
        this.#transaction = transaction;
        this.#git = quarantine.git;
        this.#layout = layout;
        this.#quarantine = quarantine;
        this.#snapshots = snapshots;
        this.#signal = signal;
    }
    get #record() {
        return this.#transaction.record;
    }
    #run(args, options = {}) {
        return this.#git.run(args, { signal: this.#signal, ...options });
    }
    async differences(commit, paths) {
        const isOwn = ({ path }) => paths.length === 0 ||
            paths.some((name) => name === '.' || path === name || path.startsWith(`${name}/`));
        return (await (0,_replay_js__WEBPACK_IMPORTED_MODULE_5__/* .treeDiff */ .Kp)(this.#git, this.#record.preop_sha, commit, { signal: this.#signal })).filter(isOwn);
    }
    inverse(from, to) {
        return (0,_replay_js__WEBPACK_IMPORTED_MODULE_5__/* .treeDiff */ .Kp)(this.#git, to, from, { signal: this.#signal });
    }
    async firstTouched(changes, commit) {
        const { base_sha: base, preop_sha: before } = this.#record;
        const since = [base, before].map((holder) => (0,_replay_js__WEBPACK_IMPORTED_MODULE_5__/* .treeDiff */ .Kp)(this.#git, commit, holder, { signal: this.#signal }));
        const touched = new Set((await Promise.all(since)).flat().map(({ path }) => path));
        const parents = new Set([...touched].flatMap(_paths_js__WEBPACK_IMPORTED_MODULE_4__/* .parentsOf */ .fY));
        const isTouched = ({ path, after }) => touched.has(path) || (!(0,_replay_js__WEBPACK_IMPORTED_MODULE_5__/* .isAbsent */ .W0)(after) && parents.has(path));
        return changes.find(isTouched)?.path;
    }
    async include(changes) {
        const paths = changes.filter(({ after }) => !(0,_replay_js__WEBPACK_IMPORTED_MODULE_5__/* .isAbsent */ .W0)(after)).map(({ path }) => path);
        const names = paths.map((path) => Buffer.from(path).toString('latin1'));
        const [index, next] = ['index.pre-op', 'index.include'];
        await this.#snapshots.copyOf(this.#snapshots.path(index), next);
        const tree = await this.#snapshots.addIgnored(next, names);
        if (tree === undefined)
            return;
        await this.#quarantine.release();
        await (0,_before_js__WEBPACK_IMPORTED_MODULE_0__/* .saveBefore */ .ns)(this.#snapshots, this.#layout, next, this.#signal);
        await _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .rename */ .$w(this.#snapshots.path(next), this.#snapshots.path(index));
        const before = await (0,_commit_object_js__WEBPACK_IMPORTED_MODULE_1__/* .remakeCommit */ .PQ)(this.#git, this.#record.preop_sha, tree, undefined, this.#signal);
        await this.#quarantine.release();
        await this.#run(['update-ref', this.#transaction.ref('pre-op'), before]);
        await _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .syncFileSystems */ .O9(this.#layout.commonDirectory);
        await this.#transaction.update({ preop_sha: before });
    }
    async write(changes) {
        const options = {
            index: await this.#snapshots.copyOf(this.#snapshots.path('index.pre-op'), WRITTEN),
            workTree: this.#layout.topLevel,
        };
        const tree = await this.#run(['write-tree'], options);
        const wanted = await this.#snapshots.copyOf(this.#snapshots.path('index.pre-op'), 'index.wanted');
        await (0,_replay_js__WEBPACK_IMPORTED_MODULE_5__/* .applyChanges */ .YF)(this.#git, changes, wanted, this.#signal);
        const goal = await this.#run(['write-tree'], { index: wanted });
        await this.#run(['read-tree', '-m', '-u', tree, goal], options);
    }
    async restoreStaged(preOp) {
        await this.#run(['read-tree', '--reset', `${preOp}^2`]);
        const said = await this.#run(['cat-file', 'commit', `${preOp}^2`]);
        await this.#snapshots.intend(intentionsIn(said));
        await this.#quarantine.release();
        await this.#git.try(['update-index', '-q', '--refresh'], { signal: this.#signal });
    }
    async #keep(commit) {
        const ref = this.#transaction.ref('emergency');
        const earlier = await (0,_layout_js__WEBPACK_IMPORTED_MODULE_3__/* .commitAt */ .du)(this.#git, ref);
        let kept = commit;
        if (earlier !== '') {
            const metadata = {
                message: `EMERGENCY: ${this.#record.task_id}\n`,
                author: _commit_object_js__WEBPACK_IMPORTED_MODULE_1__/* .MACHINE */ .Wp,
                date: Math.floor(Date.now() / 1000),
            };
            kept = await (0,_commit_object_js__WEBPACK_IMPORTED_MODULE_1__/* .commitTree */ .SC)(this.#git, `${commit}^{tree}`, [commit, earlier], metadata, this.#signal);
            await this.#quarantine.release();
        }
        await this.#run(['update-ref', ref, kept]);
    }
    async resetTo(commit) {
        const { branch, base_sha: base, task_id: taskId } = this.#record;
        const changes = await this.differences(commit, []);
        await this.include(changes);
        await this.#keep(this.#record.preop_sha);
        await this.write(changes);
        await this.#run(['update-ref', '-m', `atomic-publish: emergency ${taskId}`, branch, commit, base]);
        await this.#run(['read-tree', '--reset', commit]);
        await this.#git.try(['update-index', '-q', '--refresh'], { signal: this.#signal });
        return commit !== base || changes.length > 0;
    }
}


/***/ }),

/***/ 4230:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  N: () => (/* binding */ Session),
  I: () => (/* binding */ rootOf)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __nccwpck_require__(452);
// EXTERNAL MODULE: ./lib/git.js
var git = __nccwpck_require__(9151);
// EXTERNAL MODULE: ./lib/github.js
var lib_github = __nccwpck_require__(1564);
// EXTERNAL MODULE: ./lib/globs.js
var lib_globs = __nccwpck_require__(8904);
// EXTERNAL MODULE: ./lib/layout.js
var lib_layout = __nccwpck_require__(9449);
// EXTERNAL MODULE: ./lib/ledger.js
var lib_ledger = __nccwpck_require__(2682);
// EXTERNAL MODULE: ./lib/paths.js
var paths = __nccwpck_require__(1307);
// EXTERNAL MODULE: ./lib/push-rights.js
var push_rights = __nccwpck_require__(6427);
// EXTERNAL MODULE: ./lib/record.js
var record = __nccwpck_require__(5894);
// EXTERNAL MODULE: ./lib/command.js + 1 modules
var command = __nccwpck_require__(2808);
// EXTERNAL MODULE: ./lib/head.js
var head = __nccwpck_require__(5005);
// EXTERNAL MODULE: ./lib/orphans.js
var orphans = __nccwpck_require__(4292);
// EXTERNAL MODULE: ./lib/participant.js
var participant = __nccwpck_require__(3574);
// EXTERNAL MODULE: ./lib/parties.js + 14 modules
var lib_parties = __nccwpck_require__(6463);
// EXTERNAL MODULE: ./lib/preconditions.js
var preconditions = __nccwpck_require__(5224);
// EXTERNAL MODULE: ./lib/report.js + 1 modules
var report = __nccwpck_require__(5055);
// EXTERNAL MODULE: ./lib/stale-locks.js
var stale_locks = __nccwpck_require__(6179);
// EXTERNAL MODULE: ./lib/target.js + 1 modules
var lib_target = __nccwpck_require__(5836);
;// CONCATENATED MODULE: ./lib/recovery.js













function decide(record, facts) {
    switch (record.state) {
        case 'COMMITTED':
        case 'ROLLED_BACK':
            return 'clean up';
        case 'INTENT':
        case 'SEALED':
            return facts.target === 'new' ? 'in doubt' : 'roll back';
        case 'PUBLISHING':
        case 'ROLLING_BACK':
            return decideUndo(record.publication, facts);
        case 'PUBLISHED':
            if (facts.remote === 'none' && facts.branch === 'commit')
                return 'roll forward';
            return decideUndo(record.publication, facts);
        case 'PUSHING':
            if (facts.remote === 'commit')
                return 'roll forward';
            if (facts.remote === 'before')
                return 'push again';
            if (facts.remote === 'other')
                return decideUndo(record.publication, facts);
            return 'in doubt';
        default:
            return 'in doubt';
    }
}
function decideUndo(publication, { target, staged, branch }) {
    if (branch === 'other')
        return 'in doubt';
    const isFirst = publication === 'rename';
    const isOld = isFirst ? target === 'absent' : target === 'old';
    const canGoBack = target === 'new' && (isFirst || staged === 'old');
    const isBetween = publication === 'two-step' && target === 'absent' && staged === 'old';
    return isOld || canGoBack || isBetween ? 'roll back' : 'in doubt';
}
const RECOVERY_ATTEMPTS = 3;
const LATER = 'Nothing was undone. The next run, or mode recover, asks the remote again and settles it.';
async function recover(ledger, settingOf, settled) {
    for (const record of ledger.unsettled()) {
        const transaction = new participant/* Transaction */.Z(ledger, record);
        try {
            requireOwnPlace(record);
            await (0,orphans/* endOrphans */.Xf)(transaction.privateDirectory);
            (0,command/* markChildren */.ny)(transaction.privateDirectory);
            const found = await settingOf(record);
            const policy = { ...found.policy, attempts: RECOVERY_ATTEMPTS, onConflict: 'fail' };
            const setting = { ...found, policy, signal: undefined };
            const parties = new lib_parties/* Parties */.B(transaction, setting);
            if (setting.isGone && parties.repository)
                await settleGone(parties, setting);
            else
                await settle(parties, setting.say);
            const { id, state, reason } = transaction.record;
            setting.say(`Transaction ${id} is settled: ${state}, ${reason}.`);
        }
        catch (error) {
            throw unsettled(error, `transaction ${record.id} could not be settled`);
        }
        finally {
            settled.push(transaction.record);
        }
    }
}
function requireOwnPlace({ id, target, staging, staged }) {
    if ((0,record/* isInPlace */.RS)({ staging }))
        return;
    if (staging === (0,lib_target/* stagingFor */.Bk)(target, id) && (0,preconditions/* isWithin */.UO)((0,lib_target/* workTreeOf */.FY)(staging), staged))
        return;
    throw new errors/* TransactionError */.Jn('ROLLBACK_FAILED', `the ledger is damaged: transaction ${(0,paths/* quote */.hD)(id)} names ${(0,paths/* quote */.hD)(staging)}`, { next: 'Nothing was touched. See docs/recovery.md, "A ledger that cannot be read".' });
}
function unsettled(error, what, otherwise) {
    const { code, message, tail, bug, next = otherwise } = (0,errors/* asTransactionError */.Bv)(error, what);
    if (error instanceof errors/* TransactionError */.Jn && code === 'ROLLBACK_FAILED')
        return error;
    const why = error instanceof errors/* TransactionError */.Jn ? `${what}: ${message}` : message;
    return new errors/* TransactionError */.Jn('ROLLBACK_FAILED', why, { cause: error, tail, bug, next });
}
async function settle(parties, say) {
    const { transaction } = parties;
    const { id, state, task_id: taskId } = transaction.record;
    const facts = await gather(parties);
    const decision = decide(transaction.record, facts);
    say(`Transaction ${id} (${taskId}) was left at ${state}: ${decision}.`);
    switch (decision) {
        case 'clean up':
            await parties.repository?.removeStaleLocks();
            return parties.cleanUp();
        case 'roll back':
            return undo(parties);
        case 'roll forward':
            await parties.remote?.place.track();
            return forward(parties);
        case 'push again':
            return pushAgain(parties, facts);
        case 'in doubt':
            throw inDoubt(transaction.record, facts);
    }
}
async function settleGone(parties, { git, layout, say }) {
    const { transaction, operation } = parties;
    const { id, task_id: taskId, state, branch, branch_sha: before, preop_sha: preOp } = transaction.record;
    const place = (0,paths/* quote */.hD)(layout.topLevel);
    say(`Transaction ${id} (${taskId}) was left at ${state}: its working tree ${place} is gone.`);
    if ((0,record/* isTerminal */.Hd)(transaction.record))
        return parties.cleanUp();
    const isOld = async () => branch === head/* DETACHED */.DI || (await (0,lib_layout/* commitAt */.du)(git, branch)) === before;
    const isEmpty = async () => !operation || preOp === null || (operation.isForgotten && (await isOld()));
    if ((0,record/* isOnlyStaged */.Tt)(transaction.record) && (await isEmpty())) {
        for (const other of parties.others.toReversed())
            await other.rollback();
        const reason = `the process died, and its working tree ${place} is gone; rolled back by recovery`;
        return parties.rolledBack(errors/* EXIT_CODES */.ai.ATOMIC_COMMIT_FAILED, reason);
    }
    throw new errors/* TransactionError */.Jn('ROLLBACK_FAILED', `transaction ${id} is in doubt: git finds no working tree of this repository at ${place}, where it ran`, {
        next: 'Nothing was touched. Give the working tree back (git worktree add, or move it to where it was), or let git forget ' +
            'one that was removed (git worktree prune), then run again. Where that is not enough: docs/recovery.md, "By hand".',
    });
}
const UNTOUCHED = new Set(['INTENT', 'SEALED', 'COMMITTED', 'ROLLED_BACK']);
async function gather({ transaction, target, repository, remote }) {
    const { state, staged } = transaction.record;
    if (UNTOUCHED.has(state)) {
        const isNew = (target?.carriesOwnManifest() ?? false) && !(await repository?.hasManifest());
        return { target: isNew ? 'new' : 'old', staged: 'absent', branch: 'none', remote: 'none' };
    }
    if (state === 'PUSHING')
        await remote?.place.requireNoted();
    return {
        target: target ? await target.inspect() : 'old',
        staged: target ? await target.inspect(target.previous ?? staged) : 'absent',
        branch: repository ? await repository.inspect() : 'none',
        remote: !remote ? 'none' : state === 'PUSHING' ? await remote.inspect() : 'before',
    };
}
async function undo(parties, why = 'the process died') {
    const { transaction, operation, repository } = parties;
    await transaction.ledger.releaseReserve();
    if (transaction.record.state === 'PUSHING')
        await transaction.update({ state: 'ROLLING_BACK' });
    if (operation && repository)
        await (0,stale_locks/* removeBrokenObjects */.W)(transaction, repository.layout);
    await parties.undo();
    const kept = (await operation?.kept()) ?? '';
    const where = kept === '' ? '' : `; what stood in the working tree is kept in this clone (${kept})`;
    await parties.rolledBack(errors/* EXIT_CODES */.ai.ATOMIC_COMMIT_FAILED, `${why}; rolled back by recovery${where}`);
}
async function forward(parties) {
    await parties.repository?.removeStaleLocks();
    await parties.committed('committed; completed by recovery');
}
async function pushAgain(parties, facts) {
    try {
        await parties.remote.commit();
    }
    catch (error) {
        if (!parties.remote.mayLand) {
            const { record } = parties.transaction;
            const { message } = (0,errors/* asTransactionError */.Bv)(error, 'pushing again failed');
            const why = `the process died, and the remote refused its commit: ${(0,report/* oneLine */.TN)(message)}`;
            if (decideUndo(record.publication, facts) === 'roll back')
                return undo(parties, why);
            throw inDoubt(record, facts);
        }
        throw unsettled(error, 'pushing again failed', LATER);
    }
    return forward(parties);
}
function inDoubt(record, facts) {
    const next = facts.remote === 'unreachable'
        ? 'Run again once the remote answers: it decides.'
        : 'See docs/recovery.md for what to look at, then run again.';
    return new errors/* TransactionError */.Jn('ROLLBACK_FAILED', `transaction ${record.id} is in doubt: ${describe(record, facts)}`, { next: `Nothing was touched. ${next}` });
}
function describe(record, facts) {
    return [
        facts.remote === 'unreachable'
            ? `remote ${record.remote} cannot be asked whether it has ${record.commit_sha}`
            : `remote ${record.remote} is at ${facts.remote}`,
        `target ${record.target} is ${facts.target} (old ${record.old_digest}, new manifest ${record.manifest_sha256})`,
        `staging ${record.staged} is ${facts.staged}`,
        `branch ${record.branch} is at ${facts.branch} (base ${record.base_sha}, commit ${record.commit_sha})`,
    ].join('; ');
}

;// CONCATENATED MODULE: ./lib/session.js













class Session {
    git;
    #options;
    #layout;
    #located = false;
    #ledger;
    #limits;
    #settled = [];
    constructor(options) {
        this.#options = options;
        const settings = options.packing === 'fast' ? [['pack.window', '0']] : [];
        this.git = new git/* Git */.T(options.workingDirectory, options.credentials, settings);
    }
    get layout() {
        return this.#layout;
    }
    get pushUrl() {
        return this.#limits?.url;
    }
    get ledger() {
        return this.#ledger;
    }
    async isNowhere() {
        this.#layout ??= await (0,lib_layout/* findRepository */.W1)(this.git);
        return this.#options.commit && this.#layout === undefined;
    }
    async locate() {
        if (this.#located)
            return;
        const { workingDirectory, commit } = this.#options;
        try {
            this.#layout ??= await (0,lib_layout/* findRepository */.W1)(this.git);
        }
        catch (error) {
            if (commit)
                throw error;
        }
        if (commit && !this.#layout) {
            throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `working directory ${(0,paths/* quote */.hD)(workingDirectory)} is not in a working tree of git`, {
                next: 'Check the repository out first. Without git, every mode but rollback takes commit: false and the target.',
            });
        }
        this.#located = true;
    }
    get #ledgerDirectory() {
        if (this.#layout)
            return (0,external_node_path_.join)(this.#layout.commonDirectory, 'atomic');
        const { target } = this.#options;
        return (0,external_node_path_.join)((0,external_node_path_.dirname)(target), `.${(0,external_node_path_.basename)(target)}.atomic`);
    }
    async hasHistory() {
        await this.locate();
        return lib_ledger/* Ledger */.O.exists(this.#ledgerDirectory);
    }
    async open() {
        if (this.#ledger)
            return;
        await this.locate();
        const { lockTimeoutMs, signal, say } = this.#options;
        const ledger = await lib_ledger/* Ledger */.O.open(this.#ledgerDirectory, {
            timeoutMs: lockTimeoutMs,
            onWait: say,
            signal,
        });
        try {
            const settingOf = (record) => this.setting(rootOf(record), record.remote ?? this.#options.remote);
            await recover(ledger, settingOf, this.#settled);
        }
        catch (error) {
            ledger.close();
            throw error;
        }
        this.#ledger = ledger;
    }
    get settled() {
        return this.#settled;
    }
    async setting(directory, remote, base) {
        const { participants, say, signal } = this.#options;
        const here = this.#layout;
        let nearest = directory;
        while (!(0,external_node_fs_.existsSync)(nearest))
            nearest = (0,external_node_path_.dirname)(nearest);
        const own = this.git.at(nearest);
        const found = directory === here?.topLevel ? here : here && (await (0,lib_layout/* findRepository */.W1)(own));
        const isGone = here !== undefined && !isAt(directory, found, here);
        const layout = isGone ? { ...here, topLevel: directory } : found;
        const git = layout ? await this.#toRemote(isGone ? this.git : own.at(layout.topLevel), remote) : own;
        const currentBranch = base ? base.current : isGone ? undefined : layout && (await (0,lib_layout/* readCurrentBranch */.IE)(git));
        return { git, layout, isGone, currentBranch, participants, policy: this.#policy, say, signal };
    }
    async #toRemote(git, remote) {
        const known = remote === this.#options.remote ? this.#limits?.url : undefined;
        return git.to(known ?? (await (0,push_rights/* pushUrl */.u9)(git, remote)));
    }
    get #policy() {
        const { pushAttempts, onConflict, sign, github, packing } = this.#options;
        return {
            attempts: pushAttempts,
            onConflict,
            dependsOn: this.#dependencies,
            sign,
            github,
            packing,
            url: this.#limits?.url,
        };
    }
    get #dependencies() {
        const { dependsOn, workingDirectory } = this.#options;
        const root = this.#layout ? (0,paths/* wayTo */.bj)(this.#layout.topLevel, (0,external_node_fs_.realpathSync)(workingDirectory)) : '';
        return dependsOn.map((glob) => glob.startsWith('!') ? `!${external_node_path_.posix.join(root, glob.slice(1))}` : external_node_path_.posix.join(root, glob));
    }
    async unmatchedDependencies(commit) {
        const globs = this.#dependencies;
        if (globs.length === 0)
            return [];
        const list = ['ls-tree', '-r', '-z', '--name-only', '--full-tree', commit];
        return (0,lib_globs/* unmatchedGlobs */.Z)(globs, await this.git.names(list));
    }
    get github() {
        const { github, say, signal } = this.#options;
        return github && new lib_github/* GitHub */.g(github, { say, signal });
    }
    async readBase() {
        await this.locate();
        if (this.#options.isCheck)
            return this.#readHead();
        const { branch, push, remote, tag, say, signal } = this.#options;
        if (tag !== undefined)
            await (0,lib_layout/* checkRefName */.hh)(this.git, 'tag', `refs/tags/${tag}`);
        return (0,lib_layout/* readBase */.wZ)(this.git, branch, push ? remote : undefined, { say, signal });
    }
    async #readHead() {
        const sha = await (0,lib_layout/* commitAt */.du)(this.git, 'HEAD');
        if (sha === '') {
            throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', 'HEAD has no commit: there is nothing to compare with', {
                next: 'Check a commit out first.',
            });
        }
        const current = await (0,lib_layout/* readCurrentBranch */.IE)(this.git);
        return { branch: current ?? 'HEAD', sha, local: sha, current };
    }
    async limits() {
        const { commit, push, remote, jobServerUrl, sign, github } = this.#options;
        if (!commit || !push)
            return undefined;
        if (this.#limits)
            return this.#limits;
        const limits = await (0,push_rights/* readLimits */.BU)(this.git, remote, jobServerUrl);
        if (sign === 'github' && github)
            (0,push_rights/* requireRepository */.Cc)(limits, github.repository);
        this.#limits = limits;
        return limits;
    }
    async prune() {
        await this.forget(this.#ledger?.prunable(this.#options.checkpoints) ?? []);
    }
    async forget(ids) {
        if (ids.length === 0)
            return;
        if (this.#layout) {
            const prefixes = ids.map((id) => `refs/atomic/${id}/`);
            const list = ['for-each-ref', '--format=delete %(refname) %(objectname)', ...prefixes];
            const refs = await this.git.run(list, { encoding: 'latin1' });
            const input = Buffer.from(`${refs}\n`, 'latin1');
            if (refs !== '')
                await this.git.run(['update-ref', '--stdin'], { input });
        }
        await this.#ledger.prune(ids);
    }
    close() {
        this.#ledger?.close();
        this.#ledger = undefined;
    }
}
function isAt(directory, found, here) {
    if (found?.commonDirectory !== here.commonDirectory)
        return false;
    return found.topLevel === directory || (0,external_node_fs_.existsSync)((0,external_node_path_.join)(directory, '.git'));
}
function rootOf({ target, staging, staged }) {
    if ((0,record/* isInPlace */.RS)({ staging }))
        return target;
    return (0,external_node_path_.join)(target, (0,external_node_path_.relative)(staged, (0,lib_target/* workTreeOf */.FY)(staging)));
}


/***/ }),

/***/ 5672:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Bl: () => (/* binding */ settledRows),
/* harmony export */   Ep: () => (/* binding */ conclude),
/* harmony export */   _S: () => (/* binding */ recoverMode),
/* harmony export */   bE: () => (/* binding */ post),
/* harmony export */   s2: () => (/* binding */ sessionAt)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(452);
/* harmony import */ var _inputs_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(2835);
/* harmony import */ var _lock_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(3964);
/* harmony import */ var _options_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(1097);
/* harmony import */ var _quantities_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(3682);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(5894);
/* harmony import */ var _report_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(5055);
/* harmony import */ var _session_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(4230);
/* harmony import */ var _summary_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(8847);









const POST_WAITS_MS = 5000;
async function post(signal) {
    let place;
    try {
        place = (0,_inputs_js__WEBPACK_IMPORTED_MODULE_1__/* .readPlaceToSettle */ .UW)();
    }
    catch {
        return _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .EXIT_CODES */ .ai.COMMITTED;
    }
    const report = new _report_js__WEBPACK_IMPORTED_MODULE_5__/* .Report */ .pl();
    return settle(sessionAt({ ...place, lockTimeoutMs: Math.min(place.lockTimeoutMs, POST_WAITS_MS) }, report, signal), report, true);
}
async function recoverMode(place, report, signal) {
    return settle(sessionAt(place, report, signal), report, false);
}
async function settle(session, report, isQuiet) {
    let failure;
    try {
        if (isQuiet && (await session.isNowhere())) {
            report.say('Nothing to settle: there is no repository here.');
            return _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .EXIT_CODES */ .ai.COMMITTED;
        }
        if (await session.hasHistory())
            await session.open();
    }
    catch (error) {
        if (isQuiet && error instanceof _lock_js__WEBPACK_IMPORTED_MODULE_2__/* .LockTaken */ .v3) {
            report.say('Another transaction in this repository is running. What is left here it settles, or the next run.');
            return _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .EXIT_CODES */ .ai.COMMITTED;
        }
        failure = (0,_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .asTransactionError */ .Bv)(error, 'recovery failed');
    }
    finally {
        session.close();
    }
    tell(report, session.settled, isQuiet, failure);
    return conclude(report, session.settled, failure);
}
function tell(report, settled, isQuiet, failure) {
    const many = (0,_quantities_js__WEBPACK_IMPORTED_MODULE_8__/* .count */ .U9)(settled.length, 'transaction');
    const headline = failure?.message ?? (settled.length > 0 ? `${many} settled.` : 'There was nothing to settle.');
    if (isQuiet && !failure && settled.length === 0)
        return;
    if (settled.length === 0 && !failure)
        report.say(headline);
    report.summarize((0,_summary_js__WEBPACK_IMPORTED_MODULE_7__/* .renderSummary */ .B)({
        ..._summary_js__WEBPACK_IMPORTED_MODULE_7__/* .EMPTY_SUMMARY */ .f,
        failure,
        success: 'SETTLED',
        headline,
        facts: settledRows(settled),
    }));
}
function settledRows(settled) {
    return settled
        .filter(({ ended_at }) => ended_at !== null)
        .slice(0, 50)
        .map(({ id, task_id, state, reason }) => ['settled', `${id} (${task_id}): ${state}, ${reason}`]);
}
function sessionAt(place, report, signal) {
    const credentials = { serverUrl: place.serverUrl, token: place.token };
    return new _session_js__WEBPACK_IMPORTED_MODULE_6__/* .Session */ .N({ ...(0,_options_js__WEBPACK_IMPORTED_MODULE_3__/* .defaults */ .N)(), ...place, credentials, signal, say: report.say });
}
function conclude(report, settled, failure, more = {}) {
    const last = settled.at(-1);
    const exitName = failure?.code ?? 'COMMITTED';
    const commit = last?.state === 'COMMITTED' ? last.commit_sha : null;
    const outputs = {
        state: last?.state ?? '',
        'exit-code': _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .EXIT_CODES */ .ai[exitName],
        reason: failure ? (0,_report_js__WEBPACK_IMPORTED_MODULE_5__/* .oneLine */ .TN)(failure.message) : `${(0,_quantities_js__WEBPACK_IMPORTED_MODULE_8__/* .count */ .U9)(settled.length, 'transaction')} settled`,
        'transaction-id': last?.id ?? '',
        changed: settled.some(({ ended_at }) => ended_at !== null),
        'commit-sha': commit ?? '',
        'base-sha': last?.base_sha ?? '',
        branch: (0,_record_js__WEBPACK_IMPORTED_MODULE_4__/* .branchOf */ .W0)(last),
        pushed: commit !== null && last?.remote != null,
        target: last?.target ?? '',
        'manifest-path': '',
        'manifest-sha256': '',
        checksums: '',
        files: 0,
        bytes: 0,
        publication: '',
        'rollback-ms': '',
    };
    report.setOutputs(Object.entries({ ...outputs, ...more }));
    if (failure)
        report.fail(failure, '');
    return _errors_js__WEBPACK_IMPORTED_MODULE_0__/* .EXIT_CODES */ .ai[exitName];
}


/***/ }),

/***/ 2547:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   t: () => (/* binding */ shareOf)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);

const [GROUP, EVERYBODY] = [0o660, 0o664];
async function shareOf(git) {
    const value = await git.setting('core.sharedRepository');
    const [isExact, bits] = bitsOf(value ?? 'umask');
    return (descriptor) => {
        const mode = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.fstatSync)(descriptor).mode & 0o777;
        const own = mode & 0o200 ? bits : bits & 0o444;
        const shared = isExact ? own : mode | own;
        if (shared !== mode)
            (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.fchmodSync)(descriptor, shared);
    };
}
function bitsOf(value) {
    if (/^(all|world|everybody)$/.test(value))
        return [false, EVERYBODY];
    if (!/^[0-7]+$/.test(value))
        return [false, /^(group|true|yes|on||0*[1-9]\d*)$/i.test(value) ? GROUP : 0];
    const number = Number.parseInt(value, 8);
    const known = [0, GROUP, EVERYBODY][number];
    return known === undefined ? [true, number & 0o666] : [false, known];
}


/***/ }),

/***/ 3710:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   UZ: () => (/* binding */ copyIndex),
/* harmony export */   dG: () => (/* binding */ keepTime),
/* harmony export */   nR: () => (/* binding */ timeOf),
/* harmony export */   qv: () => (/* binding */ Snapshots)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var _disk_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7486);
/* harmony import */ var _file_modes_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(7404);
/* harmony import */ var _git_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(9151);
/* harmony import */ var _target_index_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(383);






const NESTED = /does not have a commit checked out|adding embedded git repository/;
const INTO_ONE_PACK = ['-c', 'core.bigFileThreshold=1', '-c', 'pack.compression=1'];
const MEMORY = { MALLOC_TOP_PAD_: '8388608' };
const namesInput = (names) => Buffer.from(names.map((name) => `${name}\0`).join(''), 'latin1');
class Snapshots {
    #git;
    #quarantine;
    #layout;
    #directory;
    #signal;
    constructor(quarantine, layout, directory, signal) {
        this.#git = quarantine.git;
        this.#quarantine = quarantine;
        this.#layout = layout;
        this.#directory = directory;
        this.#signal = signal;
    }
    ignoreCancellation() {
        this.#signal = undefined;
    }
    path(name) {
        return (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(this.#directory, name);
    }
    #run(args, options = {}) {
        return this.#git.run(args, { signal: this.#signal, ...options });
    }
    async looksAtModes() {
        const { stdout } = await this.#git.try(['config', '--type=bool', 'core.fileMode'], {
            signal: this.#signal,
        });
        return stdout.toString().trim() !== 'false';
    }
    names(args, options = {}) {
        return this.#git.names(args, { signal: this.#signal, encoding: 'latin1', ...options });
    }
    async mark(flag, names, options) {
        if (names.length === 0)
            return;
        await this.#run(['update-index', flag, '-z', '--stdin'], { ...options, input: namesInput(names) });
    }
    async take(name, seed, { settings = [], isTolerant = false, isNew = false } = {}) {
        const index = await this.copyOf(seed, name);
        const options = { index, workTree: this.#layout.topLevel };
        await this.#lookEverywhere(options);
        const add = [...settings, 'add', '--all', ...(isTolerant ? ['--ignore-errors'] : [])];
        const isPacked = isNew && !(await this.#git.isPartial());
        if (isPacked)
            await this.#git.try(['update-index', '-q', '--refresh'], { signal: this.#signal, ...options });
        const attempt = async (args, more = {}) => {
            const place = { signal: this.#signal, ...options, ...more };
            if (isPacked) {
                const result = await this.#git.try([...INTO_ONE_PACK, ...args], { ...place, env: MEMORY });
                if (result.exitCode === 0 || (isTolerant && result.exitCode === 1))
                    return result;
                this.#quarantine.removeUnfinished();
                await _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .remove */ .TF(`${index}.lock`);
            }
            return this.#git.try(args, place);
        };
        let result = await attempt(add);
        if (NESTED.test(result.stderr)) {
            const saved = await this.copyOf(this.path('index.saved'), 'index.links');
            const before = new Set(await this.#gitLinks(saved));
            const linked = await this.#gitLinks(index);
            const added = linked.filter((link) => !before.has(link));
            const replaced = (await this.names(['diff-files', '-z', '--name-only'], options)).filter((path) => !linked.includes(path) && _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .isDirectory */ .wd((0,_file_modes_js__WEBPACK_IMPORTED_MODULE_3__/* .pathOf */ .XM)(this.#layout.topLevel, path)));
            await this.mark('--force-remove', [...added, ...replaced], options);
            const others = await this.names(['ls-files', '-z', '--others', '--exclude-standard'], options);
            const nested = others.filter((path) => path.endsWith('/')).map((path) => path.slice(0, -1));
            const named = await this.#submodules();
            const excluded = nested
                .filter((path) => !named.has(path))
                .map((path) => `:(top,exclude,literal)${path}`);
            const input = namesInput([':/', ...excluded]);
            result = await attempt([...add, '--pathspec-from-file=-', '--pathspec-file-nul'], { input });
        }
        if (result.exitCode !== 0) {
            if (!isTolerant || result.exitCode !== 1)
                throw (0,_git_js__WEBPACK_IMPORTED_MODULE_4__/* .gitError */ .N)(add, result);
            const unread = await this.names(['diff-files', '-z', '--name-only'], options);
            await this.mark('--force-remove', unread, options);
        }
        return this.#run(['write-tree'], options);
    }
    async addIgnored(name, paths, isTolerant = false) {
        const options = { index: this.path(name), workTree: this.#layout.topLevel };
        const known = new Set(await this.names(['ls-files', '-z'], options));
        const [files, directories] = [new Set(), new Set()];
        for (const path of paths) {
            const standing = known.has(path) ? undefined : firstStanding(this.#layout.topLevel, path);
            if (standing?.isDirectory)
                directories.add(standing.path);
            else if (standing && !known.has(standing.path))
                files.add(standing.path);
        }
        if (directories.size > 0) {
            const others = await this.names(['ls-files', '-z', '--others'], options);
            const isBelow = (file) => [...directories].some((parent) => file.startsWith(`${parent}/`));
            for (const file of others.filter(isBelow))
                files.add(file);
        }
        const added = [...files].filter((file) => !file.endsWith('/'));
        if (added.length === 0)
            return undefined;
        const add = ['--literal-pathspecs', 'add', '--force', '--pathspec-from-file=-', '--pathspec-file-nul'];
        const args = isTolerant ? [...add, '--ignore-errors'] : add;
        const result = await this.#git.try(args, { signal: this.#signal, input: namesInput(added), ...options });
        if (result.exitCode !== 0 && !(isTolerant && result.exitCode === 1))
            throw (0,_git_js__WEBPACK_IMPORTED_MODULE_4__/* .gitError */ .N)(args, result);
        return this.#run(['write-tree'], options);
    }
    async intend(names) {
        const standing = names.filter((name) => firstStanding(this.#layout.topLevel, name)?.path === name);
        if (standing.length === 0)
            return;
        const add = ['--literal-pathspecs', 'add', '--intent-to-add', '--force'];
        const input = namesInput(standing);
        await this.#run([...add, '--pathspec-from-file=-', '--pathspec-file-nul'], { input });
    }
    async dropIgnored(index, names) {
        if (names.length === 0)
            return undefined;
        const args = ['check-ignore', '--no-index', '-z', '--stdin'];
        const options = { index: this.path(index), workTree: this.#layout.topLevel };
        const asked = { signal: this.#signal, input: namesInput(names) };
        const { stdout } = await this.#git.try(args, asked);
        const ignored = stdout.toString('latin1').split('\0').filter(Boolean);
        if (ignored.length === 0)
            return undefined;
        await this.mark('--force-remove', ignored, options);
        return this.#run(['write-tree'], options);
    }
    async #lookEverywhere(options) {
        const flagged = (await this.names(['ls-files', '-v', '-z'], options)).filter((line) => /^[a-zS] /.test(line));
        const assumed = flagged.filter((line) => /^[a-z]/.test(line)).map((line) => line.slice(2));
        const present = flagged
            .filter((line) => /^s/i.test(line))
            .map((line) => line.slice(2))
            .filter((name) => _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)((0,_file_modes_js__WEBPACK_IMPORTED_MODULE_3__/* .pathOf */ .XM)(this.#layout.topLevel, name))));
        await this.mark('--no-assume-unchanged', assumed, options);
        await this.mark('--no-skip-worktree', present, options);
    }
    async #gitLinks(index) {
        const lines = await this.names(['ls-files', '--stage', '-z'], { index });
        return lines.filter((line) => line.startsWith('160000 ')).map(_target_index_js__WEBPACK_IMPORTED_MODULE_5__/* .nameOf */ .Vb);
    }
    async #submodules() {
        const file = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(this.#layout.topLevel, '.gitmodules');
        const args = ['config', '--file', file, '-z', '--get-regexp', '^submodule\\..*\\.path$'];
        const { stdout } = await this.#git.try(args, { signal: this.#signal });
        const lines = stdout.toString('latin1').split('\0');
        return new Set(lines.map((line) => line.slice(line.indexOf('\n') + 1)));
    }
    async copyOf(from, name) {
        const to = this.path(name);
        await copyIndex(from, to);
        return to;
    }
}
function firstStanding(root, path) {
    for (let end = path.indexOf('/');; end = path.indexOf('/', end + 1)) {
        const name = end < 0 ? path : path.slice(0, end);
        const stats = _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)((0,_file_modes_js__WEBPACK_IMPORTED_MODULE_3__/* .pathOf */ .XM)(root, name)));
        const isDirectory = stats?.isDirectory() ?? false;
        if (isDirectory && end >= 0)
            continue;
        const isKept = isDirectory || stats?.isFile() || stats?.isSymbolicLink();
        return isKept ? { path: name, isDirectory } : undefined;
    }
}
async function copyIndex(from, to) {
    const time = timeOf(from);
    const bytes = _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(from));
    await _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .remove */ .TF(`${to}.lock`);
    await _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .remove */ .TF(to);
    if (bytes === undefined || bytes.length === 0)
        return false;
    await _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .createScratch */ .Hj(to, bytes);
    keepTime(time, to);
    return true;
}
const timeOf = (path) => _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.statSync)(path))?.mtimeMs;
function keepTime(time, to) {
    if (time !== undefined)
        (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.utimesSync)(to, time / 1000, Math.floor(time) / 1000);
}


/***/ }),

/***/ 6179:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   W: () => (/* binding */ removeBrokenObjects),
/* harmony export */   s: () => (/* binding */ removeStaleLocks)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var node_zlib__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(8522);
/* harmony import */ var _disk_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(7486);
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(452);
/* harmony import */ var _head_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(5005);
/* harmony import */ var _orphans_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(4292);
/* harmony import */ var _paths_js__WEBPACK_IMPORTED_MODULE_7__ = __nccwpck_require__(1307);
/* harmony import */ var _record_js__WEBPACK_IMPORTED_MODULE_8__ = __nccwpck_require__(5894);









const CLOCK_TICK_MS = 20;
async function removeStaleLocks(transaction, layout) {
    const { branch, tag, remote, began_at: beganAt } = transaction.record;
    const { topLevel, gitDirectory, commonDirectory } = layout;
    const tracking = remote && `refs/remotes/${remote}/${branch.replace('refs/heads/', '')}`;
    const made = _disk_js__WEBPACK_IMPORTED_MODULE_3__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(commonDirectory, transaction.ref('')))) ?? [];
    const refs = [
        ...inTheWayOf(branch, commonDirectory),
        branch,
        tag,
        ...made.filter((name) => name.endsWith('.lock')).map((name) => transaction.ref(name.slice(0, -5))),
        tracking,
    ];
    const locks = [
        ...[`${layout.index}.lock`, (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(gitDirectory, 'HEAD.lock')],
        ...['packed-refs.lock', 'shallow.lock'].map((name) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(commonDirectory, name)),
        ...refs.filter((ref) => ref !== null).map((ref) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(commonDirectory, `${ref}.lock`)),
    ];
    const own = _disk_js__WEBPACK_IMPORTED_MODULE_3__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(transaction.privateDirectory)) ?? [];
    for (const name of own.filter((name) => name.endsWith('.lock')))
        await _disk_js__WEBPACK_IMPORTED_MODULE_3__/* .remove */ .TF(transaction.path(name));
    const branches = (0,_record_js__WEBPACK_IMPORTED_MODULE_8__/* .isInPlace */ .RS)(transaction.record) && branch !== _head_js__WEBPACK_IMPORTED_MODULE_5__/* .DETACHED */ .DI ? [branch] : [];
    for (const ref of [
        ...branches,
        ...made.map((name) => transaction.ref(name)),
        ...(tag === null ? [] : [tag]),
    ]) {
        const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(commonDirectory, ref);
        if (!_disk_js__WEBPACK_IMPORTED_MODULE_3__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)(path))?.isFile())
            continue;
        const content = (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(path, 'latin1');
        if (!/^([0-9a-f]{40,64}(\s|$)|ref:)/.test(content))
            await _disk_js__WEBPACK_IMPORTED_MODULE_3__/* .remove */ .TF(path);
    }
    const objects = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(commonDirectory, 'objects');
    const folders = (_disk_js__WEBPACK_IMPORTED_MODULE_3__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(objects)) ?? []).map((name) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(objects, name));
    const unfinished = folders.flatMap((folder) => (0,_orphans_js__WEBPACK_IMPORTED_MODULE_6__/* .temporaryObjects */ .w7)(folder).map((name) => (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(folder, name)));
    const packs = _disk_js__WEBPACK_IMPORTED_MODULE_3__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(objects, 'pack'))) ?? [];
    for (const name of packs.filter((name) => name.endsWith('.pack'))) {
        if (!packs.includes(name.replace(/pack$/, 'idx')))
            unfinished.push((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(objects, 'pack', name));
    }
    for (const path of [...locks, ...unfinished]) {
        if (!isSince(path, beganAt))
            continue;
        if ((0,_orphans_js__WEBPACK_IMPORTED_MODULE_6__/* .isHeld */ .i7)(path, [topLevel, commonDirectory]))
            continue;
        await _disk_js__WEBPACK_IMPORTED_MODULE_3__/* .remove */ .TF(path);
    }
}
function isSince(path, beganAt) {
    const madeAt = _disk_js__WEBPACK_IMPORTED_MODULE_3__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.lstatSync)(path))?.mtimeMs;
    return madeAt !== undefined && madeAt >= Date.parse(beganAt) - CLOCK_TICK_MS;
}
const LARGEST = 64 << 20;
async function removeBrokenObjects({ record }, { commonDirectory }) {
    const objects = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(commonDirectory, 'objects');
    for (const folder of (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(objects).filter((name) => /^[0-9a-f]{2}$/.test(name))) {
        for (const name of namesIn((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(objects, folder))) {
            const path = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(objects, folder, name);
            if (isSince(path, record.began_at) && isBroken(path))
                await _disk_js__WEBPACK_IMPORTED_MODULE_3__/* .remove */ .TF(path);
        }
    }
}
function namesIn(folder) {
    try {
        return (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(folder);
    }
    catch {
        return [];
    }
}
function isBroken(path) {
    try {
        const object = _disk_js__WEBPACK_IMPORTED_MODULE_3__/* .readRegular */ .VX(path, LARGEST);
        if (object)
            (0,node_zlib__WEBPACK_IMPORTED_MODULE_2__.inflateSync)(object, { maxOutputLength: LARGEST });
        return false;
    }
    catch (error) {
        return (0,_errors_js__WEBPACK_IMPORTED_MODULE_4__/* .errorCode */ .CA)(error)?.startsWith('Z_') ?? false;
    }
}
function inTheWayOf(branch, commonDirectory) {
    const above = (0,_paths_js__WEBPACK_IMPORTED_MODULE_7__/* .parentsOf */ .fY)(branch).slice(2);
    const place = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(commonDirectory, branch);
    const below = _disk_js__WEBPACK_IMPORTED_MODULE_3__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)(place, { recursive: true, encoding: 'utf8' })) ?? [];
    return [
        ...above,
        ...below.filter((name) => name.endsWith('.lock')).map((name) => `${branch}/${name.slice(0, -5)}`),
    ];
}


/***/ }),

/***/ 9828:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Dg: () => (/* binding */ checkOutAgain),
/* harmony export */   Jx: () => (/* binding */ moveBack),
/* harmony export */   fo: () => (/* binding */ isFile),
/* harmony export */   kU: () => (/* binding */ isCheckedOut),
/* harmony export */   ps: () => (/* binding */ LINK),
/* harmony export */   yu: () => (/* binding */ isMoved)
/* harmony export */ });
/* harmony import */ var node_fs__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(3024);
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(6760);
/* harmony import */ var _disk_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(7486);
/* harmony import */ var _file_modes_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(7404);
/* harmony import */ var _git_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(9151);
/* harmony import */ var _orphans_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(4292);
/* harmony import */ var _paths_js__WEBPACK_IMPORTED_MODULE_6__ = __nccwpck_require__(1307);







const LINK = '160000';
const isMoved = ({ before, after }) => before.mode === LINK && after.mode === LINK;
const isFile = ({ before }) => /^1[02]0/.test(before.mode);
async function moveBack({ root, say }, { path, before, after }) {
    const moved = await inside(root, path, ['checkout', '--quiet', '--detach', before.id]);
    if (moved?.exitCode === 0)
        return true;
    say(`Warning: submodule ${(0,_paths_js__WEBPACK_IMPORTED_MODULE_6__/* .quote */ .hD)((0,_file_modes_js__WEBPACK_IMPORTED_MODULE_3__/* .textOf */ .b6)(path))} stays at ${after.id}: it could not be put back to ${before.id} without a loss.`);
    return false;
}
function inside(root, path, args) {
    const git = new _git_js__WEBPACK_IMPORTED_MODULE_4__/* .Git */ .T((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root, (0,_file_modes_js__WEBPACK_IMPORTED_MODULE_3__/* .textOf */ .b6)(path)));
    return git.try(args, { env: { GIT_DIR: '.git' }, workTree: '.' }).catch(() => undefined);
}
const isCheckedOut = (root, path) => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.existsSync)((0,_file_modes_js__WEBPACK_IMPORTED_MODULE_3__/* .pathOf */ .XM)(root, `${path}/.git`));
async function checkOutAgain(place, paths, snapshots) {
    const { root, say } = place;
    const noted = snapshots.path('submodule');
    const begun = _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readFileSync)(noted, 'latin1'));
    for (const path of paths.filter((one) => one === begun || !isCheckedOut(root, one))) {
        const isOurs = path === begun || isEmpty(root, path);
        if (path === begun)
            await removeLock(root, path);
        else if (isOurs)
            await _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .replaceFile */ .fR(noted, Buffer.from(path, 'latin1'), `${noted}.next`);
        const isBack = isOurs && (await update(root, path, snapshots.path('index.pre-op')));
        if (isOurs && !isBack)
            await _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .remove */ .TF((0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root, (0,_file_modes_js__WEBPACK_IMPORTED_MODULE_3__/* .textOf */ .b6)(path), '.git'));
        await _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .remove */ .TF(noted);
        const first = isOurs ? '' : 'once what stands there is moved away, ';
        const name = (0,_paths_js__WEBPACK_IMPORTED_MODULE_6__/* .quote */ .hD)((0,_file_modes_js__WEBPACK_IMPORTED_MODULE_3__/* .textOf */ .b6)(path));
        say(isBack
            ? `Submodule ${name} is checked out again, without what was uncommitted in it.`
            : `Warning: submodule ${name} is not checked out any more: ${first}git submodule update --init brings it back.`);
    }
}
const isEmpty = (root, path) => (_disk_js__WEBPACK_IMPORTED_MODULE_2__/* .ignoreMissing */ .bt(() => (0,node_fs__WEBPACK_IMPORTED_MODULE_0__.readdirSync)((0,_file_modes_js__WEBPACK_IMPORTED_MODULE_3__/* .pathOf */ .XM)(root, path))) ?? []).length === 0;
async function removeLock(root, path) {
    const found = await inside(root, path, ['rev-parse', '--git-path', 'index.lock']);
    if (found?.exitCode !== 0)
        return;
    const directory = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.join)(root, (0,_file_modes_js__WEBPACK_IMPORTED_MODULE_3__/* .textOf */ .b6)(path));
    const lock = (0,node_path__WEBPACK_IMPORTED_MODULE_1__.resolve)(directory, found.stdout.toString().trimEnd());
    if (!(0,_orphans_js__WEBPACK_IMPORTED_MODULE_5__/* .isHeld */ .i7)(lock, [directory]))
        await _disk_js__WEBPACK_IMPORTED_MODULE_2__/* .remove */ .TF(lock);
}
async function update(root, path, index) {
    const name = (0,_file_modes_js__WEBPACK_IMPORTED_MODULE_3__/* .textOf */ .b6)(path);
    if (Buffer.from(name).toString('latin1') !== path)
        return false;
    const how = ['--checkout', '--recursive', '--no-fetch', '--force'];
    const args = ['--literal-pathspecs', 'submodule', '--quiet', 'update', ...how, '--', name];
    const env = { GIT_ALLOW_PROTOCOL: 'none' };
    await new _git_js__WEBPACK_IMPORTED_MODULE_4__/* .Git */ .T(root).try(args, { index, env });
    const list = ['status', '--porcelain', '--untracked-files=no', '--ignore-submodules=all'];
    const left = isCheckedOut(root, path) ? await inside(root, path, list) : undefined;
    return left?.exitCode === 0 && left.stdout.length === 0;
}


/***/ }),

/***/ 8847:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   B: () => (/* binding */ renderSummary),
/* harmony export */   f: () => (/* binding */ EMPTY_SUMMARY)
/* harmony export */ });
/* harmony import */ var _errors_js__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(452);
/* harmony import */ var _filter_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(1437);
/* harmony import */ var _markdown_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(5162);
/* harmony import */ var _quantities_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(3682);
/* harmony import */ var _tree_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3348);





const LONGEST = { sentence: 4000, cell: 500, path: 250, line: 500, output: 8000 };
const ROWS = 50;
const OPEN_ROWS = 8;
const BARS = 60;
const SHOWN_DIGITS = 16;
const EMPTY_SUMMARY = {
    failure: undefined,
    success: '',
    restored: '',
    facts: [],
    message: '',
    phases: [],
    verdicts: [],
    tree: [],
    outputs: [],
};
const sentence = (text) => {
    const whole = text.charAt(0).toUpperCase() + text.slice(1) + (/[.!?…]$/.test(text) ? '' : '.');
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .escapeMarkdown */ .FV)((0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .cut */ .Jj)(whole, LONGEST.sentence));
};
const cell = (text) => (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .escapeMarkdown */ .FV)((0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .cut */ .Jj)(text, LONGEST.cell));
function renderSummary(summary) {
    const { failure, success, headline, restored } = summary;
    const parts = [
        `## ${failure ? `❌ ${failure.code} (exit code ${_errors_js__WEBPACK_IMPORTED_MODULE_0__/* .EXIT_CODES */ .ai[failure.code]})` : `✅ ${success}`}\n`,
        `${sentence(headline)}\n`,
        restored && `**${sentence(restored)}**\n`,
        failure && `**What to do next:** ${sentence(failure.remedy)}\n`,
        facts(summary),
        lastOutput(summary),
        summary.message && `### Commit\n\n${printed(summary.message.trim().split('\n'))}`,
        gates(summary.verdicts),
        timeline(summary.phases),
        manifest(summary),
        outputs(summary),
    ];
    return `${parts.filter(Boolean).join('\n')}\n`;
}
function facts({ facts: known }) {
    if (known.length === 0)
        return '';
    const rows = known.map(([name, value]) => [name, typeof value === 'string' ? cell(value) : value.markdown]);
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .table */ .tp)(['', ''], rows);
}
function printed(lines) {
    const text = lines.map((line) => (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .cut */ .Jj)(line.trimEnd(), LONGEST.line)).join('\n');
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .fence */ .EU)((0,_filter_js__WEBPACK_IMPORTED_MODULE_3__/* .inertText */ .U)(text.slice(-LONGEST.output)));
}
function lastOutput({ failure, verdicts }) {
    const tail = failure?.tail ?? [];
    if (tail.length === 0 || verdicts.some((verdict) => !verdict.passed && verdict.tail === tail))
        return '';
    return `### Last output\n\n${printed(tail)}`;
}
function gates(verdicts) {
    if (verdicts.length === 0)
        return '';
    const rows = verdicts.map(({ gate, source, passed, reason }) => [
        gate,
        source,
        passed ? '✅ yes' : '❌ **no**',
        cell(reason),
    ]);
    const said = verdicts
        .filter(({ tail }) => tail.length > 0)
        .map(({ source, tail, passed }) => (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .fold */ .AU)(`The end of what ${source} printed`, printed(tail), !passed));
    return ['### Gates\n', (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .table */ .tp)(['gate', 'input', 'verdict', 'reason'], rows), ...said].join('\n');
}
function manifest({ tree, failure, success }) {
    if (tree.length === 0)
        return '';
    const rows = tree
        .slice(0, ROWS)
        .map((entry) => [
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .escapeMarkdown */ .FV)((0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .cut */ .Jj)(entry.path, LONGEST.path)),
        entry.mode,
        (0,_quantities_js__WEBPACK_IMPORTED_MODULE_4__/* .size */ .Ej)(entry.size).replace(' ', '&nbsp;'),
        `\`${entry.sha256.slice(0, SHOWN_DIGITS)}…\``,
    ]);
    const total = `${(0,_quantities_js__WEBPACK_IMPORTED_MODULE_4__/* .count */ .U9)(tree.length, 'file')}, ${(0,_quantities_js__WEBPACK_IMPORTED_MODULE_4__/* .size */ .Ej)((0,_tree_js__WEBPACK_IMPORTED_MODULE_1__/* .totalBytes */ .ob)(tree))}`;
    const title = tree.length > ROWS ? `The first ${ROWS} of ${total}` : total;
    const isPublished = !failure && !success.startsWith('CHECKED');
    const isInDoubt = failure?.code === 'ROLLBACK_FAILED';
    const heading = isPublished ? 'Manifest' : isInDoubt ? 'Outputs' : 'Not published';
    return [
        `### ${heading}\n`,
        (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .fold */ .AU)(title, (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .table */ .tp)(['path', 'mode', 'size', 'SHA-256'], rows), rows.length <= OPEN_ROWS),
    ].join('\n');
}
function outputs({ outputs: values }) {
    if (values.length === 0)
        return '';
    const rows = values.map(([name, value]) => [`\`${name}\``, cell(value)]);
    return (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .fold */ .AU)('Outputs of this step', (0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .table */ .tp)(['output', 'value'], rows));
}
function label(name) {
    return `\u200b${(0,_markdown_js__WEBPACK_IMPORTED_MODULE_2__/* .cut */ .Jj)(name.replace(/[^\p{L}\p{N} .-]+/gu, ''), 60)}`;
}
function timeline(phases) {
    if (phases.length === 0)
        return '';
    const start = phases[0].beganAt.getTime();
    const last = phases.at(-1);
    const total = last.beganAt.getTime() + last.milliseconds - start;
    const thinnest = Math.ceil(total / 200);
    const bars = phases.slice(0, BARS).map(({ name, beganAt, milliseconds, failed }) => {
        const from = beganAt.getTime() - start;
        const to = from + Math.max(1, thinnest, Math.round(milliseconds));
        return `  ${label(name)} (${(0,_quantities_js__WEBPACK_IMPORTED_MODULE_4__/* .duration */ .p0)(milliseconds)}) :${failed ? 'crit, ' : ''}${from}, ${to}`;
    });
    const head = ['gantt', '  dateFormat x', `  axisFormat ${total >= 60_000 ? '%M:%S' : '%-S.%L s'}`];
    return ['### Timeline\n', '```mermaid', ...head, ...bars, '```', ''].join('\n');
}


/***/ }),

/***/ 383:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   An: () => (/* binding */ absence),
/* harmony export */   O8: () => (/* binding */ markAs),
/* harmony export */   TH: () => (/* binding */ idOf),
/* harmony export */   UB: () => (/* binding */ updateIndex),
/* harmony export */   Vb: () => (/* binding */ nameOf),
/* harmony export */   fi: () => (/* binding */ listEntries),
/* harmony export */   fs: () => (/* binding */ changesOf),
/* harmony export */   z9: () => (/* binding */ addTarget)
/* harmony export */ });
/* harmony import */ var node_path__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(6760);
/* harmony import */ var _index_file_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(4974);
/* harmony import */ var _object_id_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(9904);
/* harmony import */ var _paths_js__WEBPACK_IMPORTED_MODULE_3__ = __nccwpck_require__(1307);
/* harmony import */ var _submodules_js__WEBPACK_IMPORTED_MODULE_4__ = __nccwpck_require__(9828);
/* harmony import */ var _tree_js__WEBPACK_IMPORTED_MODULE_5__ = __nccwpck_require__(3348);






const absence = (name, format) => `0 ${'0'.repeat(format === 'sha1' ? 40 : 64)}\t${name}\0`;
async function updateIndex(git, lines, options) {
    const parts = inParts(lines);
    const first = parts.next();
    if (first.done)
        return;
    const input = (function* () {
        yield first.value;
        yield* parts;
    })();
    await git.run(['update-index', '-z', '--index-info'], { ...options, input });
}
const LINES_AT_ONCE = 1000;
function* inParts(lines) {
    let part = [];
    for (const line of lines) {
        if (line.includes('\ufffd'))
            (0,_paths_js__WEBPACK_IMPORTED_MODULE_3__/* .checkPath */ .Cg)(nameOf(line).slice(0, -1));
        if (part.push(line) < LINES_AT_ONCE)
            continue;
        yield part.join('');
        part = [];
    }
    if (part.length > 0)
        yield part.join('');
}
async function listEntries(git, path, format, options, mode) {
    const entries = (0,_index_file_js__WEBPACK_IMPORTED_MODULE_1__/* .readEntries */ .$2)(options.index, format, path, mode);
    if (entries)
        return entries;
    const list = ['--literal-pathspecs', 'ls-files', '-z', '-v', '--stage'];
    const lines = await git.names([...list, ...(path === undefined ? [] : ['--', path])], options);
    return mode === undefined ? lines : lines.filter((line) => line.startsWith(mode, 2));
}
const idOf = (entry) => entry.split(' ', 3)[2];
const nameOf = (entry) => entry.slice(entry.indexOf('\t') + 1);
function* changesOf(held, wanted, format) {
    const [heldLines, wantedLines] = [new Set(held), new Set(held.length > 0 ? wanted : [])];
    const gone = new Set(held.filter((line) => !wantedLines.has(line)).map(nameOf));
    for (const name of gone)
        yield absence(name, format);
    const empty = ` ${(0,_object_id_js__WEBPACK_IMPORTED_MODULE_2__/* .objectId */ .T)(format, Buffer.alloc(0))} `;
    for (const line of wanted)
        if (!heldLines.has(line) || line.includes(empty))
            yield `${line.slice(2)}\0`;
}
const MARKS = [
    ['--assume-unchanged', /^[a-z]/],
    ['--skip-worktree', /^s/i],
];
async function markAs(git, other, index, path, format) {
    const lines = await listEntries(git, path, format, { index: other });
    for (const [mark, letter] of MARKS) {
        const marked = lines.filter((line) => letter.test(line) && !line.includes('\ufffd'));
        const input = marked.map((line) => `${nameOf(line)}\0`).join('');
        if (input !== '')
            await git.run(['update-index', '-z', mark, '--stdin'], { index, input });
    }
}
async function addTarget(git, path, place) {
    await forgetMissing(git, path, place);
    const settings = ['--literal-pathspecs', '-c', 'core.ignoreCase=false'];
    await git.run([...settings, 'add', '--all', '--force', '--', path], place);
}
async function forgetMissing(git, path, place) {
    const { workTree, format, ...options } = place;
    const isFolding = await git.ignoresCase();
    const held = await listEntries(git, path, format, options, isFolding ? undefined : _submodules_js__WEBPACK_IMPORTED_MODULE_4__/* .LINK */ .ps);
    const present = new Set(isFolding ? [...(0,_tree_js__WEBPACK_IMPORTED_MODULE_5__/* .walk */ .GG)((0,node_path__WEBPACK_IMPORTED_MODULE_0__.join)(workTree, path))].map(([name]) => `${path}/${name}`) : []);
    const gone = held.filter((line) => line.startsWith(_submodules_js__WEBPACK_IMPORTED_MODULE_4__/* .LINK */ .ps, 2) || !present.has(nameOf(line)));
    await updateIndex(git, gone.map((line) => absence(nameOf(line), format)), options);
}


/***/ }),

/***/ 5836:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  We: () => (/* binding */ Target),
  Bk: () => (/* binding */ stagingFor),
  FY: () => (/* binding */ workTreeOf)
});

// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
// EXTERNAL MODULE: ./lib/disk.js
var disk = __nccwpck_require__(7486);
// EXTERNAL MODULE: ./lib/effect.js
var effect = __nccwpck_require__(7322);
// EXTERNAL MODULE: ./lib/errors.js
var errors = __nccwpck_require__(452);
// EXTERNAL MODULE: ./lib/command.js + 1 modules
var command = __nccwpck_require__(2808);
;// CONCATENATED MODULE: ./lib/exchange.js





const EXCHANGE_CALL = {
    'linux x64': '316, -100, $ARGV[0], -100, $ARGV[1], 2',
    'linux arm64': '276, -100, $ARGV[0], -100, $ARGV[1], 2',
    'darwin x64': '488, -2, $ARGV[0], -2, $ARGV[1], 2',
    'darwin arm64': '488, -2, $ARGV[0], -2, $ARGV[1], 2',
};
function exchange(one, other, check = () => { }) {
    return (0,effect/* effect */.Q)(`exchange ${(0,external_node_path_.basename)(other)}`, async () => {
        check();
        const call = EXCHANGE_CALL[`${process.platform} ${process.arch}`];
        const unavailable = (why) => Object.assign(new Error(`no exchange of directories: ${why}`), { code: 'ENOSYS' });
        if (!call)
            throw unavailable(`unknown on ${process.platform} ${process.arch}`);
        const program = `exit 0 if syscall(${call}) == 0; my ($n) = grep { $!{$_} } keys %!; print $n; exit 1`;
        const args = ['-MErrno', '-e', program, one, other];
        const { exitCode, killedBy, stdout, stderr } = await (0,command/* run */.eF)('perl', args, {
            cwd: '/',
            env: (0,disk/* childPath */.cm)(),
        }).catch((error) => {
            throw (0,errors/* errorCode */.CA)(error) === 'ENOENT' ? unavailable('perl is not installed') : error;
        });
        if (exitCode === 0)
            return;
        if (killedBy) {
            const message = `perl was ended by ${killedBy} while it exchanged ${other}`;
            throw Object.assign(new Error(message), { code: 'EINTR' });
        }
        const code = stdout.toString() || 'EIO';
        throw Object.assign(new Error(`exchange of ${other} failed: ${code} ${stderr}`.trim()), { code });
    });
}

// EXTERNAL MODULE: ./lib/manifest.js + 1 modules
var lib_manifest = __nccwpck_require__(1160);
// EXTERNAL MODULE: ./lib/paths.js
var paths = __nccwpck_require__(1307);
// EXTERNAL MODULE: ./lib/preconditions.js
var preconditions = __nccwpck_require__(5224);
// EXTERNAL MODULE: ./lib/recognition.js
var recognition = __nccwpck_require__(7044);
// EXTERNAL MODULE: ./lib/record.js
var record = __nccwpck_require__(5894);
// EXTERNAL MODULE: ./lib/tree.js + 1 modules
var lib_tree = __nccwpck_require__(3348);
;// CONCATENATED MODULE: ./lib/target.js












const NO_EXCHANGE = new Set(['ENOSYS', 'EINVAL', 'EXDEV', 'EOPNOTSUPP', 'ENOTSUP', 'EPERM']);
function stagingFor(target, id) {
    return (0,external_node_path_.join)((0,external_node_path_.dirname)(target), `.${(0,external_node_path_.basename)(target)}.atomic-${id}`);
}
function workTreeOf(staging) {
    return (0,external_node_path_.join)(staging, 'tree');
}
class Target {
    #transaction;
    constructor(transaction) {
        this.#transaction = transaction;
    }
    get #record() {
        return this.#transaction.record;
    }
    requireNoSymlink = () => {
        requireReal(this.#record.staged);
        requireReal(this.#record.target);
    };
    get #aside() {
        return (0,external_node_path_.join)(this.#record.staging, 'previous');
    }
    async createStaging(atomicity) {
        const { target, staging, staged } = this.#record;
        try {
            await this.#createParents((0,external_node_path_.dirname)(target));
            await disk/* createDirectory */.c1(staging, 0o700, this.requireNoSymlink);
            await disk/* createScratch */.Hj((0,external_node_path_.join)(staging, '.gitignore'), '*\n', this.requireNoSymlink);
            const old = disk/* ignoreMissing */.bt(() => (0,external_node_fs_.statSync)(target));
            await (0,effect/* effect */.Q)('mkdir staged', () => {
                this.requireNoSymlink();
                (0,external_node_fs_.mkdirSync)(staged, { recursive: true });
                if (old)
                    takeAfter(staged, old);
            });
            this.#transaction.note({ publication: await this.#ability(old !== undefined, atomicity) });
        }
        catch (error) {
            throw (0,errors/* asTransactionError */.Bv)(error, `staging for target ${(0,paths/* quote */.hD)(target)} cannot be made`, 'target');
        }
    }
    async #createParents(parent) {
        if ((0,external_node_fs_.existsSync)(parent))
            return;
        let created = parent;
        while (!(0,external_node_fs_.existsSync)((0,external_node_path_.dirname)(created)))
            created = (0,external_node_path_.dirname)(created);
        await this.#transaction.update({ created_parent: created });
        await (0,effect/* effect */.Q)('mkdir parents', () => (0,external_node_fs_.mkdirSync)(parent, { recursive: true }));
    }
    async #ability(targetExists, atomicity) {
        if (!targetExists)
            return 'rename';
        const { staging, target } = this.#record;
        if (process.platform !== 'win32')
            await this.#tryRename(target, staging);
        const [one, other] = [(0,external_node_path_.join)(staging, 'probe-1'), (0,external_node_path_.join)(staging, 'probe-2')];
        await disk/* createDirectory */.c1(one, 0o777, this.requireNoSymlink);
        await disk/* createDirectory */.c1(other, 0o777, this.requireNoSymlink);
        try {
            await exchange(one, other, this.requireNoSymlink);
            return 'exchange';
        }
        catch (error) {
            if (!NO_EXCHANGE.has((0,errors/* errorCode */.CA)(error) ?? ''))
                throw error;
            if (atomicity === 'journaled')
                return 'two-step';
            throw (0,preconditions/* notWritable */.GZ)(`target ${(0,paths/* quote */.hD)(target)} cannot be replaced in one step: ${error.message}`, 'Install perl, or use a file system that can exchange directories, or set atomicity to journaled: ' +
                'two renames, with a moment in which the target is missing.');
        }
        finally {
            await disk/* remove */.TF(one, this.requireNoSymlink);
            await disk/* remove */.TF(other, this.requireNoSymlink);
        }
    }
    async #tryRename(target, staging) {
        const occupied = (0,external_node_path_.join)(staging, 'probe');
        await (0,effect/* effect */.Q)('probe rename', () => {
            this.requireNoSymlink();
            (0,external_node_fs_.mkdirSync)((0,external_node_path_.join)(occupied, 'occupied'), { recursive: true });
            try {
                (0,external_node_fs_.renameSync)(target, occupied);
            }
            catch (error) {
                if ((0,errors/* errorCode */.CA)(error) === 'ENOTEMPTY' || (0,errors/* errorCode */.CA)(error) === 'EEXIST')
                    return;
                throw error;
            }
            (0,external_node_fs_.renameSync)(occupied, target);
            throw (0,preconditions/* notWritable */.GZ)(`target ${(0,paths/* quote */.hD)(target)} is on a file system that renames over a directory that is not empty`);
        });
        await disk/* remove */.TF(occupied, this.requireNoSymlink);
    }
    async prepare() {
        const { target, publication } = this.#record;
        const exists = (0,external_node_fs_.existsSync)(target);
        if (exists === (publication === 'rename')) {
            const what = exists ? 'was created' : 'was removed';
            throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `target ${(0,paths/* quote */.hD)(target)} ${what} by another process meanwhile`, { next: 'Let nothing else write to the target, and run again.' });
        }
    }
    async commit() {
        const { target, staged, publication } = this.#record;
        try {
            if (publication === 'exchange')
                await exchange(staged, target, this.requireNoSymlink);
            else {
                if (publication === 'two-step')
                    await disk/* rename */.$w(target, this.#aside, this.requireNoSymlink);
                await disk/* rename */.$w(staged, target, this.requireNoSymlink);
            }
            await this.#syncParents();
        }
        catch (error) {
            throw (0,errors/* asTransactionError */.Bv)(error, `target ${(0,paths/* quote */.hD)(target)} could not be replaced`, 'target');
        }
    }
    get previous() {
        const { publication, staged } = this.#record;
        if (publication === 'exchange')
            return staged;
        return publication === 'two-step' ? this.#aside : undefined;
    }
    async rollback() {
        const { target, staged, publication } = this.#record;
        if ((0,record/* isOnlyStaged */.Tt)(this.#record))
            return;
        requireReal((0,external_node_path_.dirname)(target));
        if (await this.#isNew(target)) {
            if (publication === 'exchange')
                await exchange(staged, target, this.requireNoSymlink);
            else
                await disk/* rename */.$w(target, staged, this.requireNoSymlink);
        }
        if (publication === 'two-step' && (0,external_node_fs_.existsSync)(this.#aside)) {
            await disk/* rename */.$w(this.#aside, target, this.requireNoSymlink);
        }
        await this.#syncParents();
        if ((await this.#isNew(target)) || (0,external_node_fs_.existsSync)(target) === (publication === 'rename')) {
            throw new errors/* TransactionError */.Jn('ROLLBACK_FAILED', `target ${(0,paths/* quote */.hD)(target)} could not be put back: another process changed it meanwhile`, {
                next: `What was published before may stand in ${(0,paths/* quote */.hD)(this.#record.staging)}. See docs/recovery.md.`,
            });
        }
    }
    async complete() {
        const { staging, created_parent: created, target, state } = this.#record;
        await disk/* remove */.TF(staging);
        if ((0,external_node_fs_.existsSync)((0,external_node_path_.dirname)(staging)))
            await disk/* syncDirectory */.zR((0,external_node_path_.dirname)(staging));
        if (created === null || state === 'COMMITTED')
            return;
        await (0,effect/* effect */.Q)('rmdir parents', () => {
            for (let parent = (0,external_node_path_.dirname)(target); (0,preconditions/* isWithin */.UO)(created, parent); parent = (0,external_node_path_.dirname)(parent)) {
                if (!(0,external_node_fs_.existsSync)(parent))
                    continue;
                if ((0,external_node_fs_.readdirSync)(parent).length > 0)
                    return;
                (0,external_node_fs_.rmdirSync)(parent);
            }
        });
    }
    async #syncParents() {
        await disk/* syncDirectory */.zR((0,external_node_path_.dirname)(this.#record.target));
        const parent = (0,external_node_path_.dirname)(this.#record.staged);
        if ((0,external_node_fs_.existsSync)(parent))
            await disk/* syncDirectory */.zR(parent);
    }
    async #isNew(directory) {
        const manifest = (0,external_node_path_.join)(directory, this.#record.manifest);
        return (0,external_node_fs_.existsSync)(manifest) && (await (0,lib_tree/* hashFile */.DC)(manifest)) === this.#record.manifest_sha256;
    }
    carriesOwnManifest() {
        const { target, manifest, id } = this.#record;
        const text = disk/* ignoreMissing */.bt(() => (0,external_node_fs_.readFileSync)((0,external_node_path_.join)(target, manifest), 'utf8'));
        return text !== undefined && (0,lib_manifest/* isOfTransaction */.wh)(text, id);
    }
    async published(signal) {
        const { target } = this.#record;
        if (!(0,external_node_fs_.existsSync)(target))
            return undefined;
        const published = this.#transaction.ledger.published(target);
        try {
            const options = { signal, check: (0,preconditions/* refuseRepository */.Pz)(target), recognize: (0,recognition/* recognize */.v)(published) };
            return await (0,lib_tree/* hashTree */.vz)(target, options);
        }
        catch (error) {
            (0,preconditions/* requireReadable */.CM)(target);
            throw error;
        }
        finally {
            published.return?.();
        }
    }
    async inspect(directory = this.#record.target) {
        const { old_digest: oldDigest, manifest_sha256: manifestSha256, manifest } = this.#record;
        if (!(0,external_node_fs_.existsSync)(directory))
            return 'absent';
        const tree = await (0,lib_tree/* hashTree */.vz)(directory, { check: () => { } });
        if ((0,lib_tree/* digestOf */.ol)(tree) === oldDigest)
            return 'old';
        const own = tree.find((entry) => entry.path === manifest);
        if (own?.sha256 !== manifestSha256)
            return 'neither';
        const sealed = this.#transaction.ledger.files(this.#record.id);
        const rest = tree.filter((entry) => entry.path !== manifest);
        return (0,lib_tree/* digestOf */.ol)(rest) === (0,lib_tree/* digestOf */.ol)(sealed) ? 'new' : 'neither';
    }
}
function takeAfter(directory, { gid, mode }) {
    try {
        (0,external_node_fs_.chownSync)(directory, (0,external_node_fs_.statSync)(directory).uid, gid);
        (0,external_node_fs_.chmodSync)(directory, (mode & 0o7777) | 0o700);
    }
    catch {
        (0,external_node_fs_.chmodSync)(directory, (mode & 0o5777) | 0o700);
    }
}
function requireReal(path) {
    while (!(0,external_node_fs_.existsSync)(path))
        path = (0,external_node_path_.dirname)(path);
    const actual = (0,external_node_fs_.realpathSync)(path);
    if (actual === path)
        return;
    throw new errors/* TransactionError */.Jn('ATOMIC_COMMIT_FAILED', `${(0,paths/* quote */.hD)(path)} was replaced by a symlink to ${(0,paths/* quote */.hD)(actual)} by another process meanwhile`, {
        next: 'Put it back, and let nothing else write to the target or to what is beside it. Then run again.',
    });
}


/***/ }),

/***/ 3348:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  br: () => (/* binding */ digest),
  ol: () => (/* binding */ digestOf),
  w4: () => (/* binding */ findEntry),
  DC: () => (/* binding */ hashFile),
  vz: () => (/* binding */ hashTree),
  CS: () => (/* binding */ listFiles),
  Op: () => (/* binding */ look),
  vs: () => (/* binding */ pathTo),
  Cm: () => (/* binding */ sameContent),
  PQ: () => (/* binding */ sameTree),
  ob: () => (/* binding */ totalBytes),
  GG: () => (/* binding */ walk)
});

// EXTERNAL MODULE: external "node:crypto"
var external_node_crypto_ = __nccwpck_require__(7598);
// EXTERNAL MODULE: external "node:fs"
var external_node_fs_ = __nccwpck_require__(3024);
// EXTERNAL MODULE: external "node:path"
var external_node_path_ = __nccwpck_require__(6760);
;// CONCATENATED MODULE: external "node:v8"
const external_node_v8_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("node:v8");
// EXTERNAL MODULE: ./lib/disk.js
var disk = __nccwpck_require__(7486);
// EXTERNAL MODULE: ./lib/object-id.js
var object_id = __nccwpck_require__(9904);
// EXTERNAL MODULE: ./lib/paths.js
var lib_paths = __nccwpck_require__(1307);
// EXTERNAL MODULE: ./lib/turns.js
var turns = __nccwpck_require__(8403);
;// CONCATENATED MODULE: ./lib/tree.js








const CHUNK = 1 << 20;
const SPECIAL = 'it is a socket, a device or a pipe';
const SECOND = 1000000000n;
const MANY = 20_000;
function listFiles(root, check = lib_paths/* checkPath */.Cg) {
    const paths = [];
    for (const [path, item] of walk(root, check)) {
        if (!item.isFile() && !item.isSymbolicLink())
            (0,lib_paths/* refuse */.TR)(path, SPECIAL);
        paths.push(path);
    }
    return paths.sort();
}
function* walk(root, visit = () => { }, directory = '') {
    for (const item of (0,external_node_fs_.readdirSync)((0,external_node_path_.join)(root, directory), { withFileTypes: true })) {
        const path = directory === '' ? item.name : `${directory}/${item.name}`;
        visit(path);
        if (item.isDirectory())
            yield* walk(root, visit, path);
        else
            yield [path, item];
    }
}
async function hashFile(path) {
    return (await digestsOf(path, (0,external_node_fs_.lstatSync)(path).size, {})).sha256;
}
async function digestsOf(path, size, { format, take, signal }) {
    const descriptor = (0,disk/* openToRead */.g1)(path);
    try {
        let chunk = readChunk(descriptor);
        if (chunk.length === size && size < CHUNK)
            return digestsOfBytes(chunk, format, take);
        const sum = (0,external_node_crypto_.createHash)('sha256');
        const blob = format && (0,external_node_crypto_.createHash)(format).update(`blob ${size}\0`);
        let hasCarriageReturn = false;
        for (; chunk.length > 0; chunk = readChunk(descriptor)) {
            sum.update(chunk);
            blob?.update(chunk);
            if (blob)
                hasCarriageReturn ||= chunk.includes(13);
            await (0,turns/* turn */.w)(signal);
        }
        const sha256 = sum.digest('hex');
        return blob ? { sha256, blob: blob.digest('hex'), hasCarriageReturn } : { sha256 };
    }
    finally {
        (0,external_node_fs_.closeSync)(descriptor);
    }
}
const buffer = Buffer.allocUnsafe(CHUNK);
function readChunk(descriptor) {
    return buffer.subarray(0, (0,external_node_fs_.readSync)(descriptor, buffer, 0, CHUNK, null));
}
function digestsOfBytes(bytes, format, take) {
    const sha256 = (0,external_node_crypto_.hash)('sha256', bytes);
    if (!format)
        return { sha256 };
    const blob = (0,object_id/* objectId */.T)(format, bytes);
    take?.(blob, bytes);
    return { sha256, blob, hasCarriageReturn: bytes.includes(13) };
}
function look(root, path, unshare) {
    const absolute = pathTo(root, path);
    const seenAtMs = Date.now();
    let stats = (0,external_node_fs_.lstatSync)(absolute, { bigint: true });
    if (unshare && stats.nlink > 1 && stats.isFile()) {
        unshare(absolute);
        stats = (0,external_node_fs_.lstatSync)(absolute, { bigint: true });
    }
    const isSymlink = stats.isSymbolicLink();
    if (!isSymlink && !stats.isFile())
        (0,lib_paths/* refuse */.TR)(path, SPECIAL);
    const mode = isSymlink ? '120000' : Number(stats.mode) & 0o100 ? '100755' : '100644';
    const [mtimeS, mtimeNs] = secondsOf(stats.mtimeNs);
    const [ctimeS, ctimeNs] = secondsOf(stats.ctimeNs);
    const ino = Number(BigInt.asUintN(32, stats.ino));
    const [dev, uid, gid] = [Number(stats.dev), Number(stats.uid), Number(stats.gid)];
    const size = Number(stats.size);
    const times = { mtimeS, mtimeNs, ctimeS, ctimeNs, seenAtMs };
    return { path, mode, size, sha256: '', dev, ino, uid, gid, ...times };
}
function secondsOf(time) {
    const [seconds, nanoseconds] = [Number(time / SECOND), Number(time % SECOND)];
    return nanoseconds < 0 ? [seconds - 1, nanoseconds + 1_000_000_000] : [seconds, nanoseconds];
}
async function digest(root, { path, mode, size }, options) {
    const absolute = pathTo(root, path);
    if (mode === '120000') {
        const text = (0,external_node_fs_.readlinkSync)(absolute, 'buffer');
        return { size: text.length, ...digestsOfBytes(text, options.format) };
    }
    return digestsOf(absolute, size, options);
}
const pathTo = (root, path) => `${root}/${path}`;
async function hashTree(root, options = {}) {
    const { signal, unshare, progress, recognize } = options;
    const tree = [];
    const paths = options.only ?? listFiles(root, options.check);
    const isMany = paths.length > MANY;
    if (isMany)
        (0,external_node_v8_namespaceObject.setFlagsFromString)('--optimize-for-size');
    const reading = isMany ? { ...options, take: undefined } : options;
    let bytes = 0;
    await (0,turns/* inTurns */.g)(paths, signal, async (path) => {
        const entry = look(root, path, unshare);
        const sha256 = recognize?.(entry);
        if (sha256 === undefined)
            Object.assign(entry, await digest(root, entry, reading));
        else
            entry.sha256 = sha256;
        tree.push(entry);
        bytes += entry.size;
        progress?.(tree.length, bytes);
    });
    return tree;
}
function findEntry(tree, path) {
    let [low, high] = [0, tree.length];
    while (low < high) {
        const middle = (low + high) >> 1;
        if (tree[middle].path < path)
            low = middle + 1;
        else
            high = middle;
    }
    return tree[low]?.path === path ? tree[low] : undefined;
}
function sameContent(one, other) {
    return one.path === other.path && one.mode === other.mode && one.sha256 === other.sha256;
}
function sameTree(one, other) {
    return one.length === other.length && one.every((entry, index) => sameContent(entry, other[index]));
}
function digestOf(tree) {
    return (0,external_node_crypto_.hash)('sha256', tree.map(({ mode, sha256, path }) => `${mode} ${sha256} ${path}\n`).join(''));
}
function totalBytes(tree) {
    return tree.reduce((sum, entry) => sum + entry.size, 0);
}


/***/ }),

/***/ 8403:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   g: () => (/* binding */ inTurns),
/* harmony export */   w: () => (/* binding */ turn)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8500);

const YIELD_EVERY_MS = 5;
let yieldedAt = performance.now();
async function turn(signal) {
    if (performance.now() - yieldedAt > YIELD_EVERY_MS) {
        await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setImmediate)();
        yieldedAt = performance.now();
    }
    signal?.throwIfAborted();
}
async function inTurns(items, signal, step) {
    for (const item of items) {
        await turn(signal);
        await step(item);
    }
}


/***/ }),

/***/ 4114:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {

/* harmony export */ __nccwpck_require__.d(__webpack_exports__, {
/* harmony export */   Is: () => (/* binding */ isSettled),
/* harmony export */   J1: () => (/* binding */ isSettledBySecond),
/* harmony export */   at: () => (/* binding */ firstDifference),
/* harmony export */   uD: () => (/* binding */ settledTree),
/* harmony export */   wu: () => (/* binding */ writtenSince)
/* harmony export */ });
/* harmony import */ var node_timers_promises__WEBPACK_IMPORTED_MODULE_0__ = __nccwpck_require__(8500);
/* harmony import */ var _tree_js__WEBPACK_IMPORTED_MODULE_1__ = __nccwpck_require__(3348);
/* harmony import */ var _turns_js__WEBPACK_IMPORTED_MODULE_2__ = __nccwpck_require__(8403);



function hasStampOf(one, other) {
    return (one.ctimeNs === other.ctimeNs &&
        one.ctimeS === other.ctimeS &&
        one.mtimeNs === other.mtimeNs &&
        one.mtimeS === other.mtimeS &&
        one.size === other.size &&
        one.ino === other.ino);
}
const changedAtMs = ({ mtimeS, mtimeNs, ctimeS, ctimeNs }) => Math.max(mtimeS * 1000 + mtimeNs / 1_000_000, ctimeS * 1000 + ctimeNs / 1_000_000);
const RACY_MS = 100;
const COARSE_MS = 2000;
const slackOf = ({ ctimeNs }) => RACY_MS + (ctimeNs === 0 ? COARSE_MS : 0);
function isSettled(entry) {
    return changedAtMs(entry) < entry.seenAtMs - slackOf(entry);
}
function isSettledBySecond(entry) {
    return changedAtMs(entry) < Math.floor((entry.seenAtMs - slackOf(entry)) / 1000) * 1000;
}
async function firstDifference(root, tree, signal) {
    const left = new Map(tree.map((entry) => [entry.path, entry]));
    for (const [path] of (0,_tree_js__WEBPACK_IMPORTED_MODULE_1__/* .walk */ .GG)(root)) {
        await (0,_turns_js__WEBPACK_IMPORTED_MODULE_2__/* .turn */ .w)(signal);
        const entry = left.get(path);
        if (!entry)
            return path;
        left.delete(path);
        const now = (0,_tree_js__WEBPACK_IMPORTED_MODULE_1__/* .look */ .Op)(root, path);
        if (isSettled(entry) && hasStampOf(now, entry)) {
            entry.seenAtMs = now.seenAtMs;
            continue;
        }
        Object.assign(now, await (0,_tree_js__WEBPACK_IMPORTED_MODULE_1__/* .digest */ .br)(root, now, { signal }));
        if (!(0,_tree_js__WEBPACK_IMPORTED_MODULE_1__/* .sameContent */ .Cm)(entry, now))
            return path;
        Object.assign(entry, now);
    }
    return left.keys().next().value;
}
async function settledTree(root, only, signal) {
    const tree = await (0,_tree_js__WEBPACK_IMPORTED_MODULE_1__/* .hashTree */ .vz)(root, { only, signal });
    const fresh = tree.filter((entry) => !isSettled(entry));
    if (fresh.length === 0)
        return tree;
    const slack = fresh.reduce((longest, entry) => Math.max(longest, slackOf(entry)), 0);
    await (0,node_timers_promises__WEBPACK_IMPORTED_MODULE_0__.setTimeout)(slack, undefined, { signal });
    return (0,_tree_js__WEBPACK_IMPORTED_MODULE_1__/* .hashTree */ .vz)(root, { only, signal });
}
function writtenSince(root, tree) {
    return tree.find((entry) => !hasStampOf((0,_tree_js__WEBPACK_IMPORTED_MODULE_1__/* .look */ .Op)(root, entry.path), entry))?.path;
}


/***/ }),

/***/ 3340:
/***/ ((__unused_webpack___webpack_module__, __webpack_exports__, __nccwpck_require__) => {


// EXPORTS
__nccwpck_require__.d(__webpack_exports__, {
  N4: () => (/* binding */ endGroup),
  z3: () => (/* binding */ error),
  V4: () => (/* binding */ getInput),
  q3: () => (/* binding */ getMultilineInput),
  Gu: () => (/* binding */ getState),
  pq: () => (/* binding */ info),
  LZ: () => (/* binding */ saveState),
  uH: () => (/* binding */ setOutput),
  Pq: () => (/* binding */ core_setSecret),
  Oh: () => (/* binding */ startGroup),
  $e: () => (/* binding */ warning)
});

// UNUSED EXPORTS: ExitCode, addPath, debug, exportVariable, getBooleanInput, getIDToken, group, isDebug, markdownSummary, notice, platform, setCommandEcho, setFailed, summary, toPlatformPath, toPosixPath, toWin32Path

// EXTERNAL MODULE: external "os"
var external_os_ = __nccwpck_require__(857);
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/utils.js
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */
/**
 * Sanitizes an input into a string so it can be passed into issueCommand safely
 * @param input input to sanitize into a string
 */
function utils_toCommandValue(input) {
    if (input === null || input === undefined) {
        return '';
    }
    else if (typeof input === 'string' || input instanceof String) {
        return input;
    }
    return JSON.stringify(input);
}
/**
 *
 * @param annotationProperties
 * @returns The command properties to send with the actual annotation command
 * See IssueCommandProperties: https://github.com/actions/runner/blob/main/src/Runner.Worker/ActionCommandManager.cs#L646
 */
function utils_toCommandProperties(annotationProperties) {
    if (!Object.keys(annotationProperties).length) {
        return {};
    }
    return {
        title: annotationProperties.title,
        file: annotationProperties.file,
        line: annotationProperties.startLine,
        endLine: annotationProperties.endLine,
        col: annotationProperties.startColumn,
        endColumn: annotationProperties.endColumn
    };
}
//# sourceMappingURL=utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/command.js


/**
 * Issues a command to the GitHub Actions runner
 *
 * @param command - The command name to issue
 * @param properties - Additional properties for the command (key-value pairs)
 * @param message - The message to include with the command
 * @remarks
 * This function outputs a specially formatted string to stdout that the Actions
 * runner interprets as a command. These commands can control workflow behavior,
 * set outputs, create annotations, mask values, and more.
 *
 * Command Format:
 *   ::name key=value,key=value::message
 *
 * @example
 * ```typescript
 * // Issue a warning annotation
 * issueCommand('warning', {}, 'This is a warning message');
 * // Output: ::warning::This is a warning message
 *
 * // Set an environment variable
 * issueCommand('set-env', { name: 'MY_VAR' }, 'some value');
 * // Output: ::set-env name=MY_VAR::some value
 *
 * // Add a secret mask
 * issueCommand('add-mask', {}, 'secretValue123');
 * // Output: ::add-mask::secretValue123
 * ```
 *
 * @internal
 * This is an internal utility function that powers the public API functions
 * such as setSecret, warning, error, and exportVariable.
 */
function command_issueCommand(command, properties, message) {
    const cmd = new Command(command, properties, message);
    process.stdout.write(cmd.toString() + external_os_.EOL);
}
function command_issue(name, message = '') {
    command_issueCommand(name, {}, message);
}
const CMD_STRING = '::';
class Command {
    constructor(command, properties, message) {
        if (!command) {
            command = 'missing.command';
        }
        this.command = command;
        this.properties = properties;
        this.message = message;
    }
    toString() {
        let cmdStr = CMD_STRING + this.command;
        if (this.properties && Object.keys(this.properties).length > 0) {
            cmdStr += ' ';
            let first = true;
            for (const key in this.properties) {
                if (this.properties.hasOwnProperty(key)) {
                    const val = this.properties[key];
                    if (val) {
                        if (first) {
                            first = false;
                        }
                        else {
                            cmdStr += ',';
                        }
                        cmdStr += `${key}=${escapeProperty(val)}`;
                    }
                }
            }
        }
        cmdStr += `${CMD_STRING}${escapeData(this.message)}`;
        return cmdStr;
    }
}
function escapeData(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A');
}
function escapeProperty(s) {
    return utils_toCommandValue(s)
        .replace(/%/g, '%25')
        .replace(/\r/g, '%0D')
        .replace(/\n/g, '%0A')
        .replace(/:/g, '%3A')
        .replace(/,/g, '%2C');
}
//# sourceMappingURL=command.js.map
;// CONCATENATED MODULE: external "crypto"
const external_crypto_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("crypto");
// EXTERNAL MODULE: external "fs"
var external_fs_ = __nccwpck_require__(9896);
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/file-command.js
// For internal use, subject to change.
// We use any as a valid input type
/* eslint-disable @typescript-eslint/no-explicit-any */




function file_command_issueFileCommand(command, message) {
    const filePath = process.env[`GITHUB_${command}`];
    if (!filePath) {
        throw new Error(`Unable to find environment variable for file command ${command}`);
    }
    if (!external_fs_.existsSync(filePath)) {
        throw new Error(`Missing file at path: ${filePath}`);
    }
    external_fs_.appendFileSync(filePath, `${utils_toCommandValue(message)}${external_os_.EOL}`, {
        encoding: 'utf8'
    });
}
function file_command_prepareKeyValueMessage(key, value) {
    const delimiter = `ghadelimiter_${external_crypto_namespaceObject.randomUUID()}`;
    const convertedValue = utils_toCommandValue(value);
    // These should realistically never happen, but just in case someone finds a
    // way to exploit uuid generation let's not allow keys or values that contain
    // the delimiter.
    if (key.includes(delimiter)) {
        throw new Error(`Unexpected input: name should not contain the delimiter "${delimiter}"`);
    }
    if (convertedValue.includes(delimiter)) {
        throw new Error(`Unexpected input: value should not contain the delimiter "${delimiter}"`);
    }
    return `${key}<<${delimiter}${external_os_.EOL}${convertedValue}${external_os_.EOL}${delimiter}`;
}
//# sourceMappingURL=file-command.js.map
;// CONCATENATED MODULE: external "path"
const external_path_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("path");
;// CONCATENATED MODULE: ./node_modules/@actions/http-client/lib/auth.js
var __awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};
class BasicCredentialHandler {
    constructor(username, password) {
        this.username = username;
        this.password = password;
    }
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Basic ${Buffer.from(`${this.username}:${this.password}`).toString('base64')}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return __awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
class auth_BearerCredentialHandler {
    constructor(token) {
        this.token = token;
    }
    // currently implements pre-authorization
    // TODO: support preAuth = false where it hooks on 401
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Bearer ${this.token}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return __awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
class PersonalAccessTokenCredentialHandler {
    constructor(token) {
        this.token = token;
    }
    // currently implements pre-authorization
    // TODO: support preAuth = false where it hooks on 401
    prepareRequest(options) {
        if (!options.headers) {
            throw Error('The request has no headers');
        }
        options.headers['Authorization'] = `Basic ${Buffer.from(`PAT:${this.token}`).toString('base64')}`;
    }
    // This handler cannot handle 401
    canHandleAuthentication() {
        return false;
    }
    handleAuthentication() {
        return __awaiter(this, void 0, void 0, function* () {
            throw new Error('not implemented');
        });
    }
}
//# sourceMappingURL=auth.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/oidc-utils.js
var oidc_utils_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



class oidc_utils_OidcClient {
    static createHttpClient(allowRetry = true, maxRetry = 10) {
        const requestOptions = {
            allowRetries: allowRetry,
            maxRetries: maxRetry
        };
        return new HttpClient('actions/oidc-client', [new BearerCredentialHandler(oidc_utils_OidcClient.getRequestToken())], requestOptions);
    }
    static getRequestToken() {
        const token = process.env['ACTIONS_ID_TOKEN_REQUEST_TOKEN'];
        if (!token) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_TOKEN env variable');
        }
        return token;
    }
    static getIDTokenUrl() {
        const runtimeUrl = process.env['ACTIONS_ID_TOKEN_REQUEST_URL'];
        if (!runtimeUrl) {
            throw new Error('Unable to get ACTIONS_ID_TOKEN_REQUEST_URL env variable');
        }
        return runtimeUrl;
    }
    static getCall(id_token_url) {
        return oidc_utils_awaiter(this, void 0, void 0, function* () {
            var _a;
            const httpclient = oidc_utils_OidcClient.createHttpClient();
            const res = yield httpclient
                .getJson(id_token_url)
                .catch(error => {
                throw new Error(`Failed to get ID Token. \n 
        Error Code : ${error.statusCode}\n 
        Error Message: ${error.message}`);
            });
            const id_token = (_a = res.result) === null || _a === void 0 ? void 0 : _a.value;
            if (!id_token) {
                throw new Error('Response json body do not have ID Token field');
            }
            return id_token;
        });
    }
    static getIDToken(audience) {
        return oidc_utils_awaiter(this, void 0, void 0, function* () {
            try {
                // New ID Token is requested from action service
                let id_token_url = oidc_utils_OidcClient.getIDTokenUrl();
                if (audience) {
                    const encodedAudience = encodeURIComponent(audience);
                    id_token_url = `${id_token_url}&audience=${encodedAudience}`;
                }
                debug(`ID token url is ${id_token_url}`);
                const id_token = yield oidc_utils_OidcClient.getCall(id_token_url);
                setSecret(id_token);
                return id_token;
            }
            catch (error) {
                throw new Error(`Error message: ${error.message}`);
            }
        });
    }
}
//# sourceMappingURL=oidc-utils.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/summary.js
var summary_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { access, appendFile, writeFile } = external_fs_.promises;
const SUMMARY_ENV_VAR = 'GITHUB_STEP_SUMMARY';
const SUMMARY_DOCS_URL = 'https://docs.github.com/actions/using-workflows/workflow-commands-for-github-actions#adding-a-job-summary';
class Summary {
    constructor() {
        this._buffer = '';
    }
    /**
     * Finds the summary file path from the environment, rejects if env var is not found or file does not exist
     * Also checks r/w permissions.
     *
     * @returns step summary file path
     */
    filePath() {
        return summary_awaiter(this, void 0, void 0, function* () {
            if (this._filePath) {
                return this._filePath;
            }
            const pathFromEnv = process.env[SUMMARY_ENV_VAR];
            if (!pathFromEnv) {
                throw new Error(`Unable to find environment variable for $${SUMMARY_ENV_VAR}. Check if your runtime environment supports job summaries.`);
            }
            try {
                yield access(pathFromEnv, external_fs_.constants.R_OK | external_fs_.constants.W_OK);
            }
            catch (_a) {
                throw new Error(`Unable to access summary file: '${pathFromEnv}'. Check if the file has correct read/write permissions.`);
            }
            this._filePath = pathFromEnv;
            return this._filePath;
        });
    }
    /**
     * Wraps content in an HTML tag, adding any HTML attributes
     *
     * @param {string} tag HTML tag to wrap
     * @param {string | null} content content within the tag
     * @param {[attribute: string]: string} attrs key-value list of HTML attributes to add
     *
     * @returns {string} content wrapped in HTML element
     */
    wrap(tag, content, attrs = {}) {
        const htmlAttrs = Object.entries(attrs)
            .map(([key, value]) => ` ${key}="${value}"`)
            .join('');
        if (!content) {
            return `<${tag}${htmlAttrs}>`;
        }
        return `<${tag}${htmlAttrs}>${content}</${tag}>`;
    }
    /**
     * Writes text in the buffer to the summary buffer file and empties buffer. Will append by default.
     *
     * @param {SummaryWriteOptions} [options] (optional) options for write operation
     *
     * @returns {Promise<Summary>} summary instance
     */
    write(options) {
        return summary_awaiter(this, void 0, void 0, function* () {
            const overwrite = !!(options === null || options === void 0 ? void 0 : options.overwrite);
            const filePath = yield this.filePath();
            const writeFunc = overwrite ? writeFile : appendFile;
            yield writeFunc(filePath, this._buffer, { encoding: 'utf8' });
            return this.emptyBuffer();
        });
    }
    /**
     * Clears the summary buffer and wipes the summary file
     *
     * @returns {Summary} summary instance
     */
    clear() {
        return summary_awaiter(this, void 0, void 0, function* () {
            return this.emptyBuffer().write({ overwrite: true });
        });
    }
    /**
     * Returns the current summary buffer as a string
     *
     * @returns {string} string of summary buffer
     */
    stringify() {
        return this._buffer;
    }
    /**
     * If the summary buffer is empty
     *
     * @returns {boolen} true if the buffer is empty
     */
    isEmptyBuffer() {
        return this._buffer.length === 0;
    }
    /**
     * Resets the summary buffer without writing to summary file
     *
     * @returns {Summary} summary instance
     */
    emptyBuffer() {
        this._buffer = '';
        return this;
    }
    /**
     * Adds raw text to the summary buffer
     *
     * @param {string} text content to add
     * @param {boolean} [addEOL=false] (optional) append an EOL to the raw text (default: false)
     *
     * @returns {Summary} summary instance
     */
    addRaw(text, addEOL = false) {
        this._buffer += text;
        return addEOL ? this.addEOL() : this;
    }
    /**
     * Adds the operating system-specific end-of-line marker to the buffer
     *
     * @returns {Summary} summary instance
     */
    addEOL() {
        return this.addRaw(external_os_.EOL);
    }
    /**
     * Adds an HTML codeblock to the summary buffer
     *
     * @param {string} code content to render within fenced code block
     * @param {string} lang (optional) language to syntax highlight code
     *
     * @returns {Summary} summary instance
     */
    addCodeBlock(code, lang) {
        const attrs = Object.assign({}, (lang && { lang }));
        const element = this.wrap('pre', this.wrap('code', code), attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML list to the summary buffer
     *
     * @param {string[]} items list of items to render
     * @param {boolean} [ordered=false] (optional) if the rendered list should be ordered or not (default: false)
     *
     * @returns {Summary} summary instance
     */
    addList(items, ordered = false) {
        const tag = ordered ? 'ol' : 'ul';
        const listItems = items.map(item => this.wrap('li', item)).join('');
        const element = this.wrap(tag, listItems);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML table to the summary buffer
     *
     * @param {SummaryTableCell[]} rows table rows
     *
     * @returns {Summary} summary instance
     */
    addTable(rows) {
        const tableBody = rows
            .map(row => {
            const cells = row
                .map(cell => {
                if (typeof cell === 'string') {
                    return this.wrap('td', cell);
                }
                const { header, data, colspan, rowspan } = cell;
                const tag = header ? 'th' : 'td';
                const attrs = Object.assign(Object.assign({}, (colspan && { colspan })), (rowspan && { rowspan }));
                return this.wrap(tag, data, attrs);
            })
                .join('');
            return this.wrap('tr', cells);
        })
            .join('');
        const element = this.wrap('table', tableBody);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds a collapsable HTML details element to the summary buffer
     *
     * @param {string} label text for the closed state
     * @param {string} content collapsable content
     *
     * @returns {Summary} summary instance
     */
    addDetails(label, content) {
        const element = this.wrap('details', this.wrap('summary', label) + content);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML image tag to the summary buffer
     *
     * @param {string} src path to the image you to embed
     * @param {string} alt text description of the image
     * @param {SummaryImageOptions} options (optional) addition image attributes
     *
     * @returns {Summary} summary instance
     */
    addImage(src, alt, options) {
        const { width, height } = options || {};
        const attrs = Object.assign(Object.assign({}, (width && { width })), (height && { height }));
        const element = this.wrap('img', null, Object.assign({ src, alt }, attrs));
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML section heading element
     *
     * @param {string} text heading text
     * @param {number | string} [level=1] (optional) the heading level, default: 1
     *
     * @returns {Summary} summary instance
     */
    addHeading(text, level) {
        const tag = `h${level}`;
        const allowedTag = ['h1', 'h2', 'h3', 'h4', 'h5', 'h6'].includes(tag)
            ? tag
            : 'h1';
        const element = this.wrap(allowedTag, text);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML thematic break (<hr>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addSeparator() {
        const element = this.wrap('hr', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML line break (<br>) to the summary buffer
     *
     * @returns {Summary} summary instance
     */
    addBreak() {
        const element = this.wrap('br', null);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML blockquote to the summary buffer
     *
     * @param {string} text quote text
     * @param {string} cite (optional) citation url
     *
     * @returns {Summary} summary instance
     */
    addQuote(text, cite) {
        const attrs = Object.assign({}, (cite && { cite }));
        const element = this.wrap('blockquote', text, attrs);
        return this.addRaw(element).addEOL();
    }
    /**
     * Adds an HTML anchor tag to the summary buffer
     *
     * @param {string} text link text/content
     * @param {string} href hyperlink
     *
     * @returns {Summary} summary instance
     */
    addLink(text, href) {
        const element = this.wrap('a', text, { href });
        return this.addRaw(element).addEOL();
    }
}
const _summary = new Summary();
/**
 * @deprecated use `core.summary`
 */
const markdownSummary = (/* unused pure expression or super */ null && (_summary));
const summary = (/* unused pure expression or super */ null && (_summary));
//# sourceMappingURL=summary.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/path-utils.js

/**
 * toPosixPath converts the given path to the posix form. On Windows, \\ will be
 * replaced with /.
 *
 * @param pth. Path to transform.
 * @return string Posix path.
 */
function toPosixPath(pth) {
    return pth.replace(/[\\]/g, '/');
}
/**
 * toWin32Path converts the given path to the win32 form. On Linux, / will be
 * replaced with \\.
 *
 * @param pth. Path to transform.
 * @return string Win32 path.
 */
function toWin32Path(pth) {
    return pth.replace(/[/]/g, '\\');
}
/**
 * toPlatformPath converts the given path to a platform-specific path. It does
 * this by replacing instances of / and \ with the platform-specific path
 * separator.
 *
 * @param pth The path to platformize.
 * @return string The platform-specific path.
 */
function toPlatformPath(pth) {
    return pth.replace(/[/\\]/g, path.sep);
}
//# sourceMappingURL=path-utils.js.map
// EXTERNAL MODULE: external "string_decoder"
var external_string_decoder_ = __nccwpck_require__(3193);
// EXTERNAL MODULE: external "events"
var external_events_ = __nccwpck_require__(4434);
;// CONCATENATED MODULE: external "child_process"
const external_child_process_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("child_process");
// EXTERNAL MODULE: external "assert"
var external_assert_ = __nccwpck_require__(2613);
;// CONCATENATED MODULE: ./node_modules/@actions/io/lib/io-util.js
var io_util_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const { chmod, copyFile, lstat, mkdir, open: io_util_open, readdir, rename, rm, rmdir, stat, symlink, unlink } = external_fs_.promises;
// export const {open} = 'fs'
const IS_WINDOWS = process.platform === 'win32';
/**
 * Custom implementation of readlink to ensure Windows junctions
 * maintain trailing backslash for backward compatibility with Node.js < 24
 *
 * In Node.js 20, Windows junctions (directory symlinks) always returned paths
 * with trailing backslashes. Node.js 24 removed this behavior, which breaks
 * code that relied on this format for path operations.
 *
 * This implementation restores the Node 20 behavior by adding a trailing
 * backslash to all junction results on Windows.
 */
function readlink(fsPath) {
    return io_util_awaiter(this, void 0, void 0, function* () {
        const result = yield fs.promises.readlink(fsPath);
        // On Windows, restore Node 20 behavior: add trailing backslash to all results
        // since junctions on Windows are always directory links
        if (IS_WINDOWS && !result.endsWith('\\')) {
            return `${result}\\`;
        }
        return result;
    });
}
// See https://github.com/nodejs/node/blob/d0153aee367422d0858105abec186da4dff0a0c5/deps/uv/include/uv/win.h#L691
const UV_FS_O_EXLOCK = 0x10000000;
const READONLY = external_fs_.constants.O_RDONLY;
function exists(fsPath) {
    return io_util_awaiter(this, void 0, void 0, function* () {
        try {
            yield stat(fsPath);
        }
        catch (err) {
            if (err.code === 'ENOENT') {
                return false;
            }
            throw err;
        }
        return true;
    });
}
function isDirectory(fsPath_1) {
    return io_util_awaiter(this, arguments, void 0, function* (fsPath, useStat = false) {
        const stats = useStat ? yield stat(fsPath) : yield lstat(fsPath);
        return stats.isDirectory();
    });
}
/**
 * On OSX/Linux, true if path starts with '/'. On Windows, true for paths like:
 * \, \hello, \\hello\share, C:, and C:\hello (and corresponding alternate separator cases).
 */
function isRooted(p) {
    p = normalizeSeparators(p);
    if (!p) {
        throw new Error('isRooted() parameter "p" cannot be empty');
    }
    if (IS_WINDOWS) {
        return (p.startsWith('\\') || /^[A-Z]:/i.test(p) // e.g. \ or \hello or \\hello
        ); // e.g. C: or C:\hello
    }
    return p.startsWith('/');
}
/**
 * Best effort attempt to determine whether a file exists and is executable.
 * @param filePath    file path to check
 * @param extensions  additional file extensions to try
 * @return if file exists and is executable, returns the file path. otherwise empty string.
 */
function tryGetExecutablePath(filePath, extensions) {
    return io_util_awaiter(this, void 0, void 0, function* () {
        let stats = undefined;
        try {
            // test file exists
            stats = yield stat(filePath);
        }
        catch (err) {
            if (err.code !== 'ENOENT') {
                // eslint-disable-next-line no-console
                console.log(`Unexpected error attempting to determine if executable file exists '${filePath}': ${err}`);
            }
        }
        if (stats && stats.isFile()) {
            if (IS_WINDOWS) {
                // on Windows, test for valid extension
                const upperExt = external_path_namespaceObject.extname(filePath).toUpperCase();
                if (extensions.some(validExt => validExt.toUpperCase() === upperExt)) {
                    return filePath;
                }
            }
            else {
                if (isUnixExecutable(stats)) {
                    return filePath;
                }
            }
        }
        // try each extension
        const originalFilePath = filePath;
        for (const extension of extensions) {
            filePath = originalFilePath + extension;
            stats = undefined;
            try {
                stats = yield stat(filePath);
            }
            catch (err) {
                if (err.code !== 'ENOENT') {
                    // eslint-disable-next-line no-console
                    console.log(`Unexpected error attempting to determine if executable file exists '${filePath}': ${err}`);
                }
            }
            if (stats && stats.isFile()) {
                if (IS_WINDOWS) {
                    // preserve the case of the actual file (since an extension was appended)
                    try {
                        const directory = external_path_namespaceObject.dirname(filePath);
                        const upperName = external_path_namespaceObject.basename(filePath).toUpperCase();
                        for (const actualName of yield readdir(directory)) {
                            if (upperName === actualName.toUpperCase()) {
                                filePath = external_path_namespaceObject.join(directory, actualName);
                                break;
                            }
                        }
                    }
                    catch (err) {
                        // eslint-disable-next-line no-console
                        console.log(`Unexpected error attempting to determine the actual case of the file '${filePath}': ${err}`);
                    }
                    return filePath;
                }
                else {
                    if (isUnixExecutable(stats)) {
                        return filePath;
                    }
                }
            }
        }
        return '';
    });
}
function normalizeSeparators(p) {
    p = p || '';
    if (IS_WINDOWS) {
        // convert slashes on Windows
        p = p.replace(/\//g, '\\');
        // remove redundant slashes
        return p.replace(/\\\\+/g, '\\');
    }
    // remove redundant slashes
    return p.replace(/\/\/+/g, '/');
}
// on Mac/Linux, test the execute bit
//     R   W  X  R  W X R W X
//   256 128 64 32 16 8 4 2 1
function isUnixExecutable(stats) {
    return ((stats.mode & 1) > 0 ||
        ((stats.mode & 8) > 0 &&
            process.getgid !== undefined &&
            stats.gid === process.getgid()) ||
        ((stats.mode & 64) > 0 &&
            process.getuid !== undefined &&
            stats.uid === process.getuid()));
}
// Get the path of cmd.exe in windows
function getCmdPath() {
    var _a;
    return (_a = process.env['COMSPEC']) !== null && _a !== void 0 ? _a : `cmd.exe`;
}
//# sourceMappingURL=io-util.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/io/lib/io.js
var io_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};



/**
 * Copies a file or folder.
 * Based off of shelljs - https://github.com/shelljs/shelljs/blob/9237f66c52e5daa40458f94f9565e18e8132f5a6/src/cp.js
 *
 * @param     source    source path
 * @param     dest      destination path
 * @param     options   optional. See CopyOptions.
 */
function cp(source_1, dest_1) {
    return io_awaiter(this, arguments, void 0, function* (source, dest, options = {}) {
        const { force, recursive, copySourceDirectory } = readCopyOptions(options);
        const destStat = (yield ioUtil.exists(dest)) ? yield ioUtil.stat(dest) : null;
        // Dest is an existing file, but not forcing
        if (destStat && destStat.isFile() && !force) {
            return;
        }
        // If dest is an existing directory, should copy inside.
        const newDest = destStat && destStat.isDirectory() && copySourceDirectory
            ? path.join(dest, path.basename(source))
            : dest;
        if (!(yield ioUtil.exists(source))) {
            throw new Error(`no such file or directory: ${source}`);
        }
        const sourceStat = yield ioUtil.stat(source);
        if (sourceStat.isDirectory()) {
            if (!recursive) {
                throw new Error(`Failed to copy. ${source} is a directory, but tried to copy without recursive flag.`);
            }
            else {
                yield cpDirRecursive(source, newDest, 0, force);
            }
        }
        else {
            if (path.relative(source, newDest) === '') {
                // a file cannot be copied to itself
                throw new Error(`'${newDest}' and '${source}' are the same file`);
            }
            yield io_copyFile(source, newDest, force);
        }
    });
}
/**
 * Moves a path.
 *
 * @param     source    source path
 * @param     dest      destination path
 * @param     options   optional. See MoveOptions.
 */
function mv(source_1, dest_1) {
    return io_awaiter(this, arguments, void 0, function* (source, dest, options = {}) {
        if (yield ioUtil.exists(dest)) {
            let destExists = true;
            if (yield ioUtil.isDirectory(dest)) {
                // If dest is directory copy src into dest
                dest = path.join(dest, path.basename(source));
                destExists = yield ioUtil.exists(dest);
            }
            if (destExists) {
                if (options.force == null || options.force) {
                    yield rmRF(dest);
                }
                else {
                    throw new Error('Destination already exists');
                }
            }
        }
        yield mkdirP(path.dirname(dest));
        yield ioUtil.rename(source, dest);
    });
}
/**
 * Remove a path recursively with force
 *
 * @param inputPath path to remove
 */
function rmRF(inputPath) {
    return io_awaiter(this, void 0, void 0, function* () {
        if (ioUtil.IS_WINDOWS) {
            // Check for invalid characters
            // https://docs.microsoft.com/en-us/windows/win32/fileio/naming-a-file
            if (/[*"<>|]/.test(inputPath)) {
                throw new Error('File path must not contain `*`, `"`, `<`, `>` or `|` on Windows');
            }
        }
        try {
            // note if path does not exist, error is silent
            yield ioUtil.rm(inputPath, {
                force: true,
                maxRetries: 3,
                recursive: true,
                retryDelay: 300
            });
        }
        catch (err) {
            throw new Error(`File was unable to be removed ${err}`);
        }
    });
}
/**
 * Make a directory.  Creates the full path with folders in between
 * Will throw if it fails
 *
 * @param   fsPath        path to create
 * @returns Promise<void>
 */
function mkdirP(fsPath) {
    return io_awaiter(this, void 0, void 0, function* () {
        ok(fsPath, 'a path argument must be provided');
        yield ioUtil.mkdir(fsPath, { recursive: true });
    });
}
/**
 * Returns path of a tool had the tool actually been invoked.  Resolves via paths.
 * If you check and the tool does not exist, it will throw.
 *
 * @param     tool              name of the tool
 * @param     check             whether to check if tool exists
 * @returns   Promise<string>   path to tool
 */
function which(tool, check) {
    return io_awaiter(this, void 0, void 0, function* () {
        if (!tool) {
            throw new Error("parameter 'tool' is required");
        }
        // recursive when check=true
        if (check) {
            const result = yield which(tool, false);
            if (!result) {
                if (IS_WINDOWS) {
                    throw new Error(`Unable to locate executable file: ${tool}. Please verify either the file path exists or the file can be found within a directory specified by the PATH environment variable. Also verify the file has a valid extension for an executable file.`);
                }
                else {
                    throw new Error(`Unable to locate executable file: ${tool}. Please verify either the file path exists or the file can be found within a directory specified by the PATH environment variable. Also check the file mode to verify the file is executable.`);
                }
            }
            return result;
        }
        const matches = yield findInPath(tool);
        if (matches && matches.length > 0) {
            return matches[0];
        }
        return '';
    });
}
/**
 * Returns a list of all occurrences of the given tool on the system path.
 *
 * @returns   Promise<string[]>  the paths of the tool
 */
function findInPath(tool) {
    return io_awaiter(this, void 0, void 0, function* () {
        if (!tool) {
            throw new Error("parameter 'tool' is required");
        }
        // build the list of extensions to try
        const extensions = [];
        if (IS_WINDOWS && process.env['PATHEXT']) {
            for (const extension of process.env['PATHEXT'].split(external_path_namespaceObject.delimiter)) {
                if (extension) {
                    extensions.push(extension);
                }
            }
        }
        // if it's rooted, return it if exists. otherwise return empty.
        if (isRooted(tool)) {
            const filePath = yield tryGetExecutablePath(tool, extensions);
            if (filePath) {
                return [filePath];
            }
            return [];
        }
        // if any path separators, return empty
        if (tool.includes(external_path_namespaceObject.sep)) {
            return [];
        }
        // build the list of directories
        //
        // Note, technically "where" checks the current directory on Windows. From a toolkit perspective,
        // it feels like we should not do this. Checking the current directory seems like more of a use
        // case of a shell, and the which() function exposed by the toolkit should strive for consistency
        // across platforms.
        const directories = [];
        if (process.env.PATH) {
            for (const p of process.env.PATH.split(external_path_namespaceObject.delimiter)) {
                if (p) {
                    directories.push(p);
                }
            }
        }
        // find all matches
        const matches = [];
        for (const directory of directories) {
            const filePath = yield tryGetExecutablePath(external_path_namespaceObject.join(directory, tool), extensions);
            if (filePath) {
                matches.push(filePath);
            }
        }
        return matches;
    });
}
function readCopyOptions(options) {
    const force = options.force == null ? true : options.force;
    const recursive = Boolean(options.recursive);
    const copySourceDirectory = options.copySourceDirectory == null
        ? true
        : Boolean(options.copySourceDirectory);
    return { force, recursive, copySourceDirectory };
}
function cpDirRecursive(sourceDir, destDir, currentDepth, force) {
    return io_awaiter(this, void 0, void 0, function* () {
        // Ensure there is not a run away recursive copy
        if (currentDepth >= 255)
            return;
        currentDepth++;
        yield mkdirP(destDir);
        const files = yield ioUtil.readdir(sourceDir);
        for (const fileName of files) {
            const srcFile = `${sourceDir}/${fileName}`;
            const destFile = `${destDir}/${fileName}`;
            const srcFileStat = yield ioUtil.lstat(srcFile);
            if (srcFileStat.isDirectory()) {
                // Recurse
                yield cpDirRecursive(srcFile, destFile, currentDepth, force);
            }
            else {
                yield io_copyFile(srcFile, destFile, force);
            }
        }
        // Change the mode for the newly created directory
        yield ioUtil.chmod(destDir, (yield ioUtil.stat(sourceDir)).mode);
    });
}
// Buffered file copy
function io_copyFile(srcFile, destFile, force) {
    return io_awaiter(this, void 0, void 0, function* () {
        if ((yield ioUtil.lstat(srcFile)).isSymbolicLink()) {
            // unlink/re-link it
            try {
                yield ioUtil.lstat(destFile);
                yield ioUtil.unlink(destFile);
            }
            catch (e) {
                // Try to override file permission
                if (e.code === 'EPERM') {
                    yield ioUtil.chmod(destFile, '0666');
                    yield ioUtil.unlink(destFile);
                }
                // other errors = it doesn't exist, no work to do
            }
            // Copy over symlink
            const symlinkFull = yield ioUtil.readlink(srcFile);
            yield ioUtil.symlink(symlinkFull, destFile, ioUtil.IS_WINDOWS ? 'junction' : null);
        }
        else if (!(yield ioUtil.exists(destFile)) || force) {
            yield ioUtil.copyFile(srcFile, destFile);
        }
    });
}
//# sourceMappingURL=io.js.map
;// CONCATENATED MODULE: external "timers"
const external_timers_namespaceObject = __WEBPACK_EXTERNAL_createRequire(import.meta.url)("timers");
;// CONCATENATED MODULE: ./node_modules/@actions/exec/lib/toolrunner.js
var toolrunner_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};







/* eslint-disable @typescript-eslint/unbound-method */
const toolrunner_IS_WINDOWS = process.platform === 'win32';
/*
 * Class for running command line tools. Handles quoting and arg parsing in a platform agnostic way.
 */
class ToolRunner extends external_events_.EventEmitter {
    constructor(toolPath, args, options) {
        super();
        if (!toolPath) {
            throw new Error("Parameter 'toolPath' cannot be null or empty.");
        }
        this.toolPath = toolPath;
        this.args = args || [];
        this.options = options || {};
    }
    _debug(message) {
        if (this.options.listeners && this.options.listeners.debug) {
            this.options.listeners.debug(message);
        }
    }
    _getCommandString(options, noPrefix) {
        const toolPath = this._getSpawnFileName();
        const args = this._getSpawnArgs(options);
        let cmd = noPrefix ? '' : '[command]'; // omit prefix when piped to a second tool
        if (toolrunner_IS_WINDOWS) {
            // Windows + cmd file
            if (this._isCmdFile()) {
                cmd += toolPath;
                for (const a of args) {
                    cmd += ` ${a}`;
                }
            }
            // Windows + verbatim
            else if (options.windowsVerbatimArguments) {
                cmd += `"${toolPath}"`;
                for (const a of args) {
                    cmd += ` ${a}`;
                }
            }
            // Windows (regular)
            else {
                cmd += this._windowsQuoteCmdArg(toolPath);
                for (const a of args) {
                    cmd += ` ${this._windowsQuoteCmdArg(a)}`;
                }
            }
        }
        else {
            // OSX/Linux - this can likely be improved with some form of quoting.
            // creating processes on Unix is fundamentally different than Windows.
            // on Unix, execvp() takes an arg array.
            cmd += toolPath;
            for (const a of args) {
                cmd += ` ${a}`;
            }
        }
        return cmd;
    }
    _processLineBuffer(data, strBuffer, onLine) {
        try {
            let s = strBuffer + data.toString();
            let n = s.indexOf(external_os_.EOL);
            while (n > -1) {
                const line = s.substring(0, n);
                onLine(line);
                // the rest of the string ...
                s = s.substring(n + external_os_.EOL.length);
                n = s.indexOf(external_os_.EOL);
            }
            return s;
        }
        catch (err) {
            // streaming lines to console is best effort.  Don't fail a build.
            this._debug(`error processing line. Failed with error ${err}`);
            return '';
        }
    }
    _getSpawnFileName() {
        if (toolrunner_IS_WINDOWS) {
            if (this._isCmdFile()) {
                return process.env['COMSPEC'] || 'cmd.exe';
            }
        }
        return this.toolPath;
    }
    _getSpawnArgs(options) {
        if (toolrunner_IS_WINDOWS) {
            if (this._isCmdFile()) {
                let argline = `/D /S /C "${this._windowsQuoteCmdArg(this.toolPath)}`;
                for (const a of this.args) {
                    argline += ' ';
                    argline += options.windowsVerbatimArguments
                        ? a
                        : this._windowsQuoteCmdArg(a);
                }
                argline += '"';
                return [argline];
            }
        }
        return this.args;
    }
    _endsWith(str, end) {
        return str.endsWith(end);
    }
    _isCmdFile() {
        const upperToolPath = this.toolPath.toUpperCase();
        return (this._endsWith(upperToolPath, '.CMD') ||
            this._endsWith(upperToolPath, '.BAT'));
    }
    _windowsQuoteCmdArg(arg) {
        // for .exe, apply the normal quoting rules that libuv applies
        if (!this._isCmdFile()) {
            return this._uvQuoteCmdArg(arg);
        }
        // otherwise apply quoting rules specific to the cmd.exe command line parser.
        // the libuv rules are generic and are not designed specifically for cmd.exe
        // command line parser.
        //
        // for a detailed description of the cmd.exe command line parser, refer to
        // http://stackoverflow.com/questions/4094699/how-does-the-windows-command-interpreter-cmd-exe-parse-scripts/7970912#7970912
        // need quotes for empty arg
        if (!arg) {
            return '""';
        }
        // determine whether the arg needs to be quoted
        const cmdSpecialChars = [
            ' ',
            '\t',
            '&',
            '(',
            ')',
            '[',
            ']',
            '{',
            '}',
            '^',
            '=',
            ';',
            '!',
            "'",
            '+',
            ',',
            '`',
            '~',
            '|',
            '<',
            '>',
            '"'
        ];
        let needsQuotes = false;
        for (const char of arg) {
            if (cmdSpecialChars.some(x => x === char)) {
                needsQuotes = true;
                break;
            }
        }
        // short-circuit if quotes not needed
        if (!needsQuotes) {
            return arg;
        }
        // the following quoting rules are very similar to the rules that by libuv applies.
        //
        // 1) wrap the string in quotes
        //
        // 2) double-up quotes - i.e. " => ""
        //
        //    this is different from the libuv quoting rules. libuv replaces " with \", which unfortunately
        //    doesn't work well with a cmd.exe command line.
        //
        //    note, replacing " with "" also works well if the arg is passed to a downstream .NET console app.
        //    for example, the command line:
        //          foo.exe "myarg:""my val"""
        //    is parsed by a .NET console app into an arg array:
        //          [ "myarg:\"my val\"" ]
        //    which is the same end result when applying libuv quoting rules. although the actual
        //    command line from libuv quoting rules would look like:
        //          foo.exe "myarg:\"my val\""
        //
        // 3) double-up slashes that precede a quote,
        //    e.g.  hello \world    => "hello \world"
        //          hello\"world    => "hello\\""world"
        //          hello\\"world   => "hello\\\\""world"
        //          hello world\    => "hello world\\"
        //
        //    technically this is not required for a cmd.exe command line, or the batch argument parser.
        //    the reasons for including this as a .cmd quoting rule are:
        //
        //    a) this is optimized for the scenario where the argument is passed from the .cmd file to an
        //       external program. many programs (e.g. .NET console apps) rely on the slash-doubling rule.
        //
        //    b) it's what we've been doing previously (by deferring to node default behavior) and we
        //       haven't heard any complaints about that aspect.
        //
        // note, a weakness of the quoting rules chosen here, is that % is not escaped. in fact, % cannot be
        // escaped when used on the command line directly - even though within a .cmd file % can be escaped
        // by using %%.
        //
        // the saving grace is, on the command line, %var% is left as-is if var is not defined. this contrasts
        // the line parsing rules within a .cmd file, where if var is not defined it is replaced with nothing.
        //
        // one option that was explored was replacing % with ^% - i.e. %var% => ^%var^%. this hack would
        // often work, since it is unlikely that var^ would exist, and the ^ character is removed when the
        // variable is used. the problem, however, is that ^ is not removed when %* is used to pass the args
        // to an external program.
        //
        // an unexplored potential solution for the % escaping problem, is to create a wrapper .cmd file.
        // % can be escaped within a .cmd file.
        let reverse = '"';
        let quoteHit = true;
        for (let i = arg.length; i > 0; i--) {
            // walk the string in reverse
            reverse += arg[i - 1];
            if (quoteHit && arg[i - 1] === '\\') {
                reverse += '\\'; // double the slash
            }
            else if (arg[i - 1] === '"') {
                quoteHit = true;
                reverse += '"'; // double the quote
            }
            else {
                quoteHit = false;
            }
        }
        reverse += '"';
        return reverse.split('').reverse().join('');
    }
    _uvQuoteCmdArg(arg) {
        // Tool runner wraps child_process.spawn() and needs to apply the same quoting as
        // Node in certain cases where the undocumented spawn option windowsVerbatimArguments
        // is used.
        //
        // Since this function is a port of quote_cmd_arg from Node 4.x (technically, lib UV,
        // see https://github.com/nodejs/node/blob/v4.x/deps/uv/src/win/process.c for details),
        // pasting copyright notice from Node within this function:
        //
        //      Copyright Joyent, Inc. and other Node contributors. All rights reserved.
        //
        //      Permission is hereby granted, free of charge, to any person obtaining a copy
        //      of this software and associated documentation files (the "Software"), to
        //      deal in the Software without restriction, including without limitation the
        //      rights to use, copy, modify, merge, publish, distribute, sublicense, and/or
        //      sell copies of the Software, and to permit persons to whom the Software is
        //      furnished to do so, subject to the following conditions:
        //
        //      The above copyright notice and this permission notice shall be included in
        //      all copies or substantial portions of the Software.
        //
        //      THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR
        //      IMPLIED, INCLUDING BUT NOT LIMITED TO THE WARRANTIES OF MERCHANTABILITY,
        //      FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE
        //      AUTHORS OR COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER
        //      LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE, ARISING
        //      FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS
        //      IN THE SOFTWARE.
        if (!arg) {
            // Need double quotation for empty argument
            return '""';
        }
        if (!arg.includes(' ') && !arg.includes('\t') && !arg.includes('"')) {
            // No quotation needed
            return arg;
        }
        if (!arg.includes('"') && !arg.includes('\\')) {
            // No embedded double quotes or backslashes, so I can just wrap
            // quote marks around the whole thing.
            return `"${arg}"`;
        }
        // Expected input/output:
        //   input : hello"world
        //   output: "hello\"world"
        //   input : hello""world
        //   output: "hello\"\"world"
        //   input : hello\world
        //   output: hello\world
        //   input : hello\\world
        //   output: hello\\world
        //   input : hello\"world
        //   output: "hello\\\"world"
        //   input : hello\\"world
        //   output: "hello\\\\\"world"
        //   input : hello world\
        //   output: "hello world\\" - note the comment in libuv actually reads "hello world\"
        //                             but it appears the comment is wrong, it should be "hello world\\"
        let reverse = '"';
        let quoteHit = true;
        for (let i = arg.length; i > 0; i--) {
            // walk the string in reverse
            reverse += arg[i - 1];
            if (quoteHit && arg[i - 1] === '\\') {
                reverse += '\\';
            }
            else if (arg[i - 1] === '"') {
                quoteHit = true;
                reverse += '\\';
            }
            else {
                quoteHit = false;
            }
        }
        reverse += '"';
        return reverse.split('').reverse().join('');
    }
    _cloneExecOptions(options) {
        options = options || {};
        const result = {
            cwd: options.cwd || process.cwd(),
            env: options.env || process.env,
            silent: options.silent || false,
            windowsVerbatimArguments: options.windowsVerbatimArguments || false,
            failOnStdErr: options.failOnStdErr || false,
            ignoreReturnCode: options.ignoreReturnCode || false,
            delay: options.delay || 10000
        };
        result.outStream = options.outStream || process.stdout;
        result.errStream = options.errStream || process.stderr;
        return result;
    }
    _getSpawnOptions(options, toolPath) {
        options = options || {};
        const result = {};
        result.cwd = options.cwd;
        result.env = options.env;
        result['windowsVerbatimArguments'] =
            options.windowsVerbatimArguments || this._isCmdFile();
        if (options.windowsVerbatimArguments) {
            result.argv0 = `"${toolPath}"`;
        }
        return result;
    }
    /**
     * Exec a tool.
     * Output will be streamed to the live console.
     * Returns promise with return code
     *
     * @param     tool     path to tool to exec
     * @param     options  optional exec options.  See ExecOptions
     * @returns   number
     */
    exec() {
        return toolrunner_awaiter(this, void 0, void 0, function* () {
            // root the tool path if it is unrooted and contains relative pathing
            if (!isRooted(this.toolPath) &&
                (this.toolPath.includes('/') ||
                    (toolrunner_IS_WINDOWS && this.toolPath.includes('\\')))) {
                // prefer options.cwd if it is specified, however options.cwd may also need to be rooted
                this.toolPath = external_path_namespaceObject.resolve(process.cwd(), this.options.cwd || process.cwd(), this.toolPath);
            }
            // if the tool is only a file name, then resolve it from the PATH
            // otherwise verify it exists (add extension on Windows if necessary)
            this.toolPath = yield which(this.toolPath, true);
            return new Promise((resolve, reject) => toolrunner_awaiter(this, void 0, void 0, function* () {
                this._debug(`exec tool: ${this.toolPath}`);
                this._debug('arguments:');
                for (const arg of this.args) {
                    this._debug(`   ${arg}`);
                }
                const optionsNonNull = this._cloneExecOptions(this.options);
                if (!optionsNonNull.silent && optionsNonNull.outStream) {
                    optionsNonNull.outStream.write(this._getCommandString(optionsNonNull) + external_os_.EOL);
                }
                const state = new ExecState(optionsNonNull, this.toolPath);
                state.on('debug', (message) => {
                    this._debug(message);
                });
                if (this.options.cwd && !(yield exists(this.options.cwd))) {
                    return reject(new Error(`The cwd: ${this.options.cwd} does not exist!`));
                }
                const fileName = this._getSpawnFileName();
                const cp = external_child_process_namespaceObject.spawn(fileName, this._getSpawnArgs(optionsNonNull), this._getSpawnOptions(this.options, fileName));
                let stdbuffer = '';
                if (cp.stdout) {
                    cp.stdout.on('data', (data) => {
                        if (this.options.listeners && this.options.listeners.stdout) {
                            this.options.listeners.stdout(data);
                        }
                        if (!optionsNonNull.silent && optionsNonNull.outStream) {
                            optionsNonNull.outStream.write(data);
                        }
                        stdbuffer = this._processLineBuffer(data, stdbuffer, (line) => {
                            if (this.options.listeners && this.options.listeners.stdline) {
                                this.options.listeners.stdline(line);
                            }
                        });
                    });
                }
                let errbuffer = '';
                if (cp.stderr) {
                    cp.stderr.on('data', (data) => {
                        state.processStderr = true;
                        if (this.options.listeners && this.options.listeners.stderr) {
                            this.options.listeners.stderr(data);
                        }
                        if (!optionsNonNull.silent &&
                            optionsNonNull.errStream &&
                            optionsNonNull.outStream) {
                            const s = optionsNonNull.failOnStdErr
                                ? optionsNonNull.errStream
                                : optionsNonNull.outStream;
                            s.write(data);
                        }
                        errbuffer = this._processLineBuffer(data, errbuffer, (line) => {
                            if (this.options.listeners && this.options.listeners.errline) {
                                this.options.listeners.errline(line);
                            }
                        });
                    });
                }
                cp.on('error', (err) => {
                    state.processError = err.message;
                    state.processExited = true;
                    state.processClosed = true;
                    state.CheckComplete();
                });
                cp.on('exit', (code) => {
                    state.processExitCode = code;
                    state.processExited = true;
                    this._debug(`Exit code ${code} received from tool '${this.toolPath}'`);
                    state.CheckComplete();
                });
                cp.on('close', (code) => {
                    state.processExitCode = code;
                    state.processExited = true;
                    state.processClosed = true;
                    this._debug(`STDIO streams have closed for tool '${this.toolPath}'`);
                    state.CheckComplete();
                });
                state.on('done', (error, exitCode) => {
                    if (stdbuffer.length > 0) {
                        this.emit('stdline', stdbuffer);
                    }
                    if (errbuffer.length > 0) {
                        this.emit('errline', errbuffer);
                    }
                    cp.removeAllListeners();
                    if (error) {
                        reject(error);
                    }
                    else {
                        resolve(exitCode);
                    }
                });
                if (this.options.input) {
                    if (!cp.stdin) {
                        throw new Error('child process missing stdin');
                    }
                    cp.stdin.end(this.options.input);
                }
            }));
        });
    }
}
/**
 * Convert an arg string to an array of args. Handles escaping
 *
 * @param    argString   string of arguments
 * @returns  string[]    array of arguments
 */
function argStringToArray(argString) {
    const args = [];
    let inQuotes = false;
    let escaped = false;
    let arg = '';
    function append(c) {
        // we only escape double quotes.
        if (escaped && c !== '"') {
            arg += '\\';
        }
        arg += c;
        escaped = false;
    }
    for (let i = 0; i < argString.length; i++) {
        const c = argString.charAt(i);
        if (c === '"') {
            if (!escaped) {
                inQuotes = !inQuotes;
            }
            else {
                append(c);
            }
            continue;
        }
        if (c === '\\' && escaped) {
            append(c);
            continue;
        }
        if (c === '\\' && inQuotes) {
            escaped = true;
            continue;
        }
        if (c === ' ' && !inQuotes) {
            if (arg.length > 0) {
                args.push(arg);
                arg = '';
            }
            continue;
        }
        append(c);
    }
    if (arg.length > 0) {
        args.push(arg.trim());
    }
    return args;
}
class ExecState extends external_events_.EventEmitter {
    constructor(options, toolPath) {
        super();
        this.processClosed = false; // tracks whether the process has exited and stdio is closed
        this.processError = '';
        this.processExitCode = 0;
        this.processExited = false; // tracks whether the process has exited
        this.processStderr = false; // tracks whether stderr was written to
        this.delay = 10000; // 10 seconds
        this.done = false;
        this.timeout = null;
        if (!toolPath) {
            throw new Error('toolPath must not be empty');
        }
        this.options = options;
        this.toolPath = toolPath;
        if (options.delay) {
            this.delay = options.delay;
        }
    }
    CheckComplete() {
        if (this.done) {
            return;
        }
        if (this.processClosed) {
            this._setResult();
        }
        else if (this.processExited) {
            this.timeout = (0,external_timers_namespaceObject.setTimeout)(ExecState.HandleTimeout, this.delay, this);
        }
    }
    _debug(message) {
        this.emit('debug', message);
    }
    _setResult() {
        // determine whether there is an error
        let error;
        if (this.processExited) {
            if (this.processError) {
                error = new Error(`There was an error when attempting to execute the process '${this.toolPath}'. This may indicate the process failed to start. Error: ${this.processError}`);
            }
            else if (this.processExitCode !== 0 && !this.options.ignoreReturnCode) {
                error = new Error(`The process '${this.toolPath}' failed with exit code ${this.processExitCode}`);
            }
            else if (this.processStderr && this.options.failOnStdErr) {
                error = new Error(`The process '${this.toolPath}' failed because one or more lines were written to the STDERR stream`);
            }
        }
        // clear the timeout
        if (this.timeout) {
            clearTimeout(this.timeout);
            this.timeout = null;
        }
        this.done = true;
        this.emit('done', error, this.processExitCode);
    }
    static HandleTimeout(state) {
        if (state.done) {
            return;
        }
        if (!state.processClosed && state.processExited) {
            const message = `The STDIO streams did not close within ${state.delay / 1000} seconds of the exit event from process '${state.toolPath}'. This may indicate a child process inherited the STDIO streams and has not yet exited.`;
            state._debug(message);
        }
        state._setResult();
    }
}
//# sourceMappingURL=toolrunner.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/exec/lib/exec.js
var exec_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


/**
 * Exec a command.
 * Output will be streamed to the live console.
 * Returns promise with return code
 *
 * @param     commandLine        command to execute (can include additional args). Must be correctly escaped.
 * @param     args               optional arguments for tool. Escaping is handled by the lib.
 * @param     options            optional exec options.  See ExecOptions
 * @returns   Promise<number>    exit code
 */
function exec_exec(commandLine, args, options) {
    return exec_awaiter(this, void 0, void 0, function* () {
        const commandArgs = tr.argStringToArray(commandLine);
        if (commandArgs.length === 0) {
            throw new Error(`Parameter 'commandLine' cannot be null or empty.`);
        }
        // Path to tool to execute should be first arg
        const toolPath = commandArgs[0];
        args = commandArgs.slice(1).concat(args || []);
        const runner = new tr.ToolRunner(toolPath, args, options);
        return runner.exec();
    });
}
/**
 * Exec a command and get the output.
 * Output will be streamed to the live console.
 * Returns promise with the exit code and collected stdout and stderr
 *
 * @param     commandLine           command to execute (can include additional args). Must be correctly escaped.
 * @param     args                  optional arguments for tool. Escaping is handled by the lib.
 * @param     options               optional exec options.  See ExecOptions
 * @returns   Promise<ExecOutput>   exit code, stdout, and stderr
 */
function getExecOutput(commandLine, args, options) {
    return exec_awaiter(this, void 0, void 0, function* () {
        var _a, _b;
        let stdout = '';
        let stderr = '';
        //Using string decoder covers the case where a mult-byte character is split
        const stdoutDecoder = new StringDecoder('utf8');
        const stderrDecoder = new StringDecoder('utf8');
        const originalStdoutListener = (_a = options === null || options === void 0 ? void 0 : options.listeners) === null || _a === void 0 ? void 0 : _a.stdout;
        const originalStdErrListener = (_b = options === null || options === void 0 ? void 0 : options.listeners) === null || _b === void 0 ? void 0 : _b.stderr;
        const stdErrListener = (data) => {
            stderr += stderrDecoder.write(data);
            if (originalStdErrListener) {
                originalStdErrListener(data);
            }
        };
        const stdOutListener = (data) => {
            stdout += stdoutDecoder.write(data);
            if (originalStdoutListener) {
                originalStdoutListener(data);
            }
        };
        const listeners = Object.assign(Object.assign({}, options === null || options === void 0 ? void 0 : options.listeners), { stdout: stdOutListener, stderr: stdErrListener });
        const exitCode = yield exec_exec(commandLine, args, Object.assign(Object.assign({}, options), { listeners }));
        //flush any remaining characters
        stdout += stdoutDecoder.end();
        stderr += stderrDecoder.end();
        return {
            exitCode,
            stdout,
            stderr
        };
    });
}
//# sourceMappingURL=exec.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/platform.js
var platform_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};


const getWindowsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout: version } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Version"', undefined, {
        silent: true
    });
    const { stdout: name } = yield exec.getExecOutput('powershell -command "(Get-CimInstance -ClassName Win32_OperatingSystem).Caption"', undefined, {
        silent: true
    });
    return {
        name: name.trim(),
        version: version.trim()
    };
});
const getMacOsInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    var _a, _b, _c, _d;
    const { stdout } = yield exec.getExecOutput('sw_vers', undefined, {
        silent: true
    });
    const version = (_b = (_a = stdout.match(/ProductVersion:\s*(.+)/)) === null || _a === void 0 ? void 0 : _a[1]) !== null && _b !== void 0 ? _b : '';
    const name = (_d = (_c = stdout.match(/ProductName:\s*(.+)/)) === null || _c === void 0 ? void 0 : _c[1]) !== null && _d !== void 0 ? _d : '';
    return {
        name,
        version
    };
});
const getLinuxInfo = () => platform_awaiter(void 0, void 0, void 0, function* () {
    const { stdout } = yield exec.getExecOutput('lsb_release', ['-i', '-r', '-s'], {
        silent: true
    });
    const [name, version] = stdout.trim().split('\n');
    return {
        name,
        version
    };
});
const platform = external_os_.platform();
const arch = external_os_.arch();
const isWindows = platform === 'win32';
const isMacOS = platform === 'darwin';
const isLinux = platform === 'linux';
function getDetails() {
    return platform_awaiter(this, void 0, void 0, function* () {
        return Object.assign(Object.assign({}, (yield (isWindows
            ? getWindowsInfo()
            : isMacOS
                ? getMacOsInfo()
                : getLinuxInfo()))), { platform,
            arch,
            isWindows,
            isMacOS,
            isLinux });
    });
}
//# sourceMappingURL=platform.js.map
;// CONCATENATED MODULE: ./node_modules/@actions/core/lib/core.js
var core_awaiter = (undefined && undefined.__awaiter) || function (thisArg, _arguments, P, generator) {
    function adopt(value) { return value instanceof P ? value : new P(function (resolve) { resolve(value); }); }
    return new (P || (P = Promise))(function (resolve, reject) {
        function fulfilled(value) { try { step(generator.next(value)); } catch (e) { reject(e); } }
        function rejected(value) { try { step(generator["throw"](value)); } catch (e) { reject(e); } }
        function step(result) { result.done ? resolve(result.value) : adopt(result.value).then(fulfilled, rejected); }
        step((generator = generator.apply(thisArg, _arguments || [])).next());
    });
};






/**
 * The code to exit an action
 */
var ExitCode;
(function (ExitCode) {
    /**
     * A code indicating that the action was successful
     */
    ExitCode[ExitCode["Success"] = 0] = "Success";
    /**
     * A code indicating that the action was a failure
     */
    ExitCode[ExitCode["Failure"] = 1] = "Failure";
})(ExitCode || (ExitCode = {}));
//-----------------------------------------------------------------------
// Variables
//-----------------------------------------------------------------------
/**
 * Sets env variable for this action and future actions in the job
 * @param name the name of the variable to set
 * @param val the value of the variable. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function exportVariable(name, val) {
    const convertedVal = toCommandValue(val);
    process.env[name] = convertedVal;
    const filePath = process.env['GITHUB_ENV'] || '';
    if (filePath) {
        return issueFileCommand('ENV', prepareKeyValueMessage(name, val));
    }
    issueCommand('set-env', { name }, convertedVal);
}
/**
 * Registers a secret which will get masked from logs
 *
 * @param secret - Value of the secret to be masked
 * @remarks
 * This function instructs the Actions runner to mask the specified value in any
 * logs produced during the workflow run. Once registered, the secret value will
 * be replaced with asterisks (***) whenever it appears in console output, logs,
 * or error messages.
 *
 * This is useful for protecting sensitive information such as:
 * - API keys
 * - Access tokens
 * - Authentication credentials
 * - URL parameters containing signatures (SAS tokens)
 *
 * Note that masking only affects future logs; any previous appearances of the
 * secret in logs before calling this function will remain unmasked.
 *
 * @example
 * ```typescript
 * // Register an API token as a secret
 * const apiToken = "abc123xyz456";
 * setSecret(apiToken);
 *
 * // Now any logs containing this value will show *** instead
 * console.log(`Using token: ${apiToken}`); // Outputs: "Using token: ***"
 * ```
 */
function core_setSecret(secret) {
    command_issueCommand('add-mask', {}, secret);
}
/**
 * Prepends inputPath to the PATH (for this action and future actions)
 * @param inputPath
 */
function addPath(inputPath) {
    const filePath = process.env['GITHUB_PATH'] || '';
    if (filePath) {
        issueFileCommand('PATH', inputPath);
    }
    else {
        issueCommand('add-path', {}, inputPath);
    }
    process.env['PATH'] = `${inputPath}${path.delimiter}${process.env['PATH']}`;
}
/**
 * Gets the value of an input.
 * Unless trimWhitespace is set to false in InputOptions, the value is also trimmed.
 * Returns an empty string if the value is not defined.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string
 */
function getInput(name, options) {
    const val = process.env[`INPUT_${name.replace(/ /g, '_').toUpperCase()}`] || '';
    if (options && options.required && !val) {
        throw new Error(`Input required and not supplied: ${name}`);
    }
    if (options && options.trimWhitespace === false) {
        return val;
    }
    return val.trim();
}
/**
 * Gets the values of an multiline input.  Each value is also trimmed.
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   string[]
 *
 */
function getMultilineInput(name, options) {
    const inputs = getInput(name, options)
        .split('\n')
        .filter(x => x !== '');
    if (options && options.trimWhitespace === false) {
        return inputs;
    }
    return inputs.map(input => input.trim());
}
/**
 * Gets the input value of the boolean type in the YAML 1.2 "core schema" specification.
 * Support boolean input list: `true | True | TRUE | false | False | FALSE` .
 * The return value is also in boolean type.
 * ref: https://yaml.org/spec/1.2/spec.html#id2804923
 *
 * @param     name     name of the input to get
 * @param     options  optional. See InputOptions.
 * @returns   boolean
 */
function getBooleanInput(name, options) {
    const trueValue = ['true', 'True', 'TRUE'];
    const falseValue = ['false', 'False', 'FALSE'];
    const val = getInput(name, options);
    if (trueValue.includes(val))
        return true;
    if (falseValue.includes(val))
        return false;
    throw new TypeError(`Input does not meet YAML 1.2 "Core Schema" specification: ${name}\n` +
        `Support boolean input list: \`true | True | TRUE | false | False | FALSE\``);
}
/**
 * Sets the value of an output.
 *
 * @param     name     name of the output to set
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function setOutput(name, value) {
    const filePath = process.env['GITHUB_OUTPUT'] || '';
    if (filePath) {
        return file_command_issueFileCommand('OUTPUT', file_command_prepareKeyValueMessage(name, value));
    }
    process.stdout.write(external_os_.EOL);
    command_issueCommand('set-output', { name }, utils_toCommandValue(value));
}
/**
 * Enables or disables the echoing of commands into stdout for the rest of the step.
 * Echoing is disabled by default if ACTIONS_STEP_DEBUG is not set.
 *
 */
function setCommandEcho(enabled) {
    issue('echo', enabled ? 'on' : 'off');
}
//-----------------------------------------------------------------------
// Results
//-----------------------------------------------------------------------
/**
 * Sets the action status to failed.
 * When the action exits it will be with an exit code of 1
 * @param message add error issue message
 */
function setFailed(message) {
    process.exitCode = ExitCode.Failure;
    error(message);
}
//-----------------------------------------------------------------------
// Logging Commands
//-----------------------------------------------------------------------
/**
 * Gets whether Actions Step Debug is on or not
 */
function isDebug() {
    return process.env['RUNNER_DEBUG'] === '1';
}
/**
 * Writes debug message to user log
 * @param message debug message
 */
function core_debug(message) {
    issueCommand('debug', {}, message);
}
/**
 * Adds an error issue
 * @param message error issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function error(message, properties = {}) {
    command_issueCommand('error', utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a warning issue
 * @param message warning issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function warning(message, properties = {}) {
    command_issueCommand('warning', utils_toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Adds a notice issue
 * @param message notice issue message. Errors will be converted to string via toString()
 * @param properties optional properties to add to the annotation.
 */
function notice(message, properties = {}) {
    issueCommand('notice', toCommandProperties(properties), message instanceof Error ? message.toString() : message);
}
/**
 * Writes info to log with console.log.
 * @param message info message
 */
function info(message) {
    process.stdout.write(message + external_os_.EOL);
}
/**
 * Begin an output group.
 *
 * Output until the next `groupEnd` will be foldable in this group
 *
 * @param name The name of the output group
 */
function startGroup(name) {
    command_issue('group', name);
}
/**
 * End an output group.
 */
function endGroup() {
    command_issue('endgroup');
}
/**
 * Wrap an asynchronous function call in a group.
 *
 * Returns the same type as the function itself.
 *
 * @param name The name of the group
 * @param fn The function to wrap in the group
 */
function group(name, fn) {
    return core_awaiter(this, void 0, void 0, function* () {
        startGroup(name);
        let result;
        try {
            result = yield fn();
        }
        finally {
            endGroup();
        }
        return result;
    });
}
//-----------------------------------------------------------------------
// Wrapper action state
//-----------------------------------------------------------------------
/**
 * Saves state for current action, the state can only be retrieved by this action's post job execution.
 *
 * @param     name     name of the state to store
 * @param     value    value to store. Non-string values will be converted to a string via JSON.stringify
 */
// eslint-disable-next-line @typescript-eslint/no-explicit-any
function saveState(name, value) {
    const filePath = process.env['GITHUB_STATE'] || '';
    if (filePath) {
        return file_command_issueFileCommand('STATE', file_command_prepareKeyValueMessage(name, value));
    }
    command_issueCommand('save-state', { name }, utils_toCommandValue(value));
}
/**
 * Gets the value of an state set by this action's main execution.
 *
 * @param     name     name of the state to get
 * @returns   string
 */
function getState(name) {
    return process.env[`STATE_${name}`] || '';
}
function getIDToken(aud) {
    return core_awaiter(this, void 0, void 0, function* () {
        return yield OidcClient.getIDToken(aud);
    });
}
/**
 * Summary exports
 */

/**
 * @deprecated use core.summary
 */

/**
 * Path exports
 */

/**
 * Platform utilities exports
 */

//# sourceMappingURL=core.js.map

/***/ })

/******/ });
/************************************************************************/
/******/ // The module cache
/******/ var __webpack_module_cache__ = {};
/******/ 
/******/ // The require function
/******/ function __nccwpck_require__(moduleId) {
/******/ 	// Check if module is in cache
/******/ 	var cachedModule = __webpack_module_cache__[moduleId];
/******/ 	if (cachedModule !== undefined) {
/******/ 		return cachedModule.exports;
/******/ 	}
/******/ 	// Create a new module (and put it into the cache)
/******/ 	var module = __webpack_module_cache__[moduleId] = {
/******/ 		// no module.id needed
/******/ 		// no module.loaded needed
/******/ 		exports: {}
/******/ 	};
/******/ 
/******/ 	// Execute the module function
/******/ 	var threw = true;
/******/ 	try {
/******/ 		__webpack_modules__[moduleId](module, module.exports, __nccwpck_require__);
/******/ 		threw = false;
/******/ 	} finally {
/******/ 		if(threw) delete __webpack_module_cache__[moduleId];
/******/ 	}
/******/ 
/******/ 	// Return the exports of the module
/******/ 	return module.exports;
/******/ }
/******/ 
/******/ // expose the modules object (__webpack_modules__)
/******/ __nccwpck_require__.m = __webpack_modules__;
/******/ 
/************************************************************************/
/******/ /* webpack/runtime/asset-relocator-loader */
/******/ if (typeof __nccwpck_require__ !== 'undefined') __nccwpck_require__.ab = decodeURIComponent(new URL('.', import.meta.url).pathname).slice(import.meta.url.match(/^file:\/\/\/\w:/) ? 1 : 0, -1) + "/";
/******/ 
/******/ /* webpack/runtime/async module */
/******/ (() => {
/******/ 	var webpackQueues = typeof Symbol === "function" ? Symbol("webpack queues") : "__webpack_queues__";
/******/ 	var webpackExports = typeof Symbol === "function" ? Symbol("webpack exports") : "__webpack_exports__";
/******/ 	var webpackError = typeof Symbol === "function" ? Symbol("webpack error") : "__webpack_error__";
/******/ 	var resolveQueue = (queue) => {
/******/ 		if(queue && queue.d < 1) {
/******/ 			queue.d = 1;
/******/ 			queue.forEach((fn) => (fn.r--));
/******/ 			queue.forEach((fn) => (fn.r-- ? fn.r++ : fn()));
/******/ 		}
/******/ 	}
/******/ 	var wrapDeps = (deps) => (deps.map((dep) => {
/******/ 		if(dep !== null && typeof dep === "object") {
/******/ 			if(dep[webpackQueues]) return dep;
/******/ 			if(dep.then) {
/******/ 				var queue = [];
/******/ 				queue.d = 0;
/******/ 				dep.then((r) => {
/******/ 					obj[webpackExports] = r;
/******/ 					resolveQueue(queue);
/******/ 				}, (e) => {
/******/ 					obj[webpackError] = e;
/******/ 					resolveQueue(queue);
/******/ 				});
/******/ 				var obj = {};
/******/ 				obj[webpackQueues] = (fn) => (fn(queue));
/******/ 				return obj;
/******/ 			}
/******/ 		}
/******/ 		var ret = {};
/******/ 		ret[webpackQueues] = x => {};
/******/ 		ret[webpackExports] = dep;
/******/ 		return ret;
/******/ 	}));
/******/ 	__nccwpck_require__.a = (module, body, hasAwait) => {
/******/ 		var queue;
/******/ 		hasAwait && ((queue = []).d = -1);
/******/ 		var depQueues = new Set();
/******/ 		var exports = module.exports;
/******/ 		var currentDeps;
/******/ 		var outerResolve;
/******/ 		var reject;
/******/ 		var promise = new Promise((resolve, rej) => {
/******/ 			reject = rej;
/******/ 			outerResolve = resolve;
/******/ 		});
/******/ 		promise[webpackExports] = exports;
/******/ 		promise[webpackQueues] = (fn) => (queue && fn(queue), depQueues.forEach(fn), promise["catch"](x => {}));
/******/ 		module.exports = promise;
/******/ 		body((deps) => {
/******/ 			currentDeps = wrapDeps(deps);
/******/ 			var fn;
/******/ 			var getResult = () => (currentDeps.map((d) => {
/******/ 				if(d[webpackError]) throw d[webpackError];
/******/ 				return d[webpackExports];
/******/ 			}))
/******/ 			var promise = new Promise((resolve) => {
/******/ 				fn = () => (resolve(getResult));
/******/ 				fn.r = 0;
/******/ 				var fnQueue = (q) => (q !== queue && !depQueues.has(q) && (depQueues.add(q), q && !q.d && (fn.r++, q.push(fn))));
/******/ 				currentDeps.map((dep) => (dep[webpackQueues](fnQueue)));
/******/ 			});
/******/ 			return fn.r ? promise : getResult();
/******/ 		}, (err) => ((err ? reject(promise[webpackError] = err) : outerResolve(exports)), resolveQueue(queue)));
/******/ 		queue && queue.d < 0 && (queue.d = 0);
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/create fake namespace object */
/******/ (() => {
/******/ 	var getProto = Object.getPrototypeOf ? (obj) => (Object.getPrototypeOf(obj)) : (obj) => (obj.__proto__);
/******/ 	var leafPrototypes;
/******/ 	// create a fake namespace object
/******/ 	// mode & 1: value is a module id, require it
/******/ 	// mode & 2: merge all properties of value into the ns
/******/ 	// mode & 4: return value when already ns object
/******/ 	// mode & 16: return value when it's Promise-like
/******/ 	// mode & 8|1: behave like require
/******/ 	__nccwpck_require__.t = function(value, mode) {
/******/ 		if(mode & 1) value = this(value);
/******/ 		if(mode & 8) return value;
/******/ 		if(typeof value === 'object' && value) {
/******/ 			if((mode & 4) && value.__esModule) return value;
/******/ 			if((mode & 16) && typeof value.then === 'function') return value;
/******/ 		}
/******/ 		var ns = Object.create(null);
/******/ 		__nccwpck_require__.r(ns);
/******/ 		var def = {};
/******/ 		leafPrototypes = leafPrototypes || [null, getProto({}), getProto([]), getProto(getProto)];
/******/ 		for(var current = mode & 2 && value; typeof current == 'object' && !~leafPrototypes.indexOf(current); current = getProto(current)) {
/******/ 			Object.getOwnPropertyNames(current).forEach((key) => (def[key] = () => (value[key])));
/******/ 		}
/******/ 		def['default'] = () => (value);
/******/ 		__nccwpck_require__.d(ns, def);
/******/ 		return ns;
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/define property getters */
/******/ (() => {
/******/ 	// define getter functions for harmony exports
/******/ 	__nccwpck_require__.d = (exports, definition) => {
/******/ 		for(var key in definition) {
/******/ 			if(__nccwpck_require__.o(definition, key) && !__nccwpck_require__.o(exports, key)) {
/******/ 				Object.defineProperty(exports, key, { enumerable: true, get: definition[key] });
/******/ 			}
/******/ 		}
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/ensure chunk */
/******/ (() => {
/******/ 	__nccwpck_require__.f = {};
/******/ 	// This file contains only the entry chunk.
/******/ 	// The chunk loading function for additional chunks
/******/ 	__nccwpck_require__.e = (chunkId) => {
/******/ 		return Promise.all(Object.keys(__nccwpck_require__.f).reduce((promises, key) => {
/******/ 			__nccwpck_require__.f[key](chunkId, promises);
/******/ 			return promises;
/******/ 		}, []));
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/get javascript chunk filename */
/******/ (() => {
/******/ 	// This function allow to reference async chunks
/******/ 	__nccwpck_require__.u = (chunkId) => {
/******/ 		// return url for filenames based on template
/******/ 		return "" + chunkId + ".index.js";
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/hasOwnProperty shorthand */
/******/ (() => {
/******/ 	__nccwpck_require__.o = (obj, prop) => (Object.prototype.hasOwnProperty.call(obj, prop))
/******/ })();
/******/ 
/******/ /* webpack/runtime/make namespace object */
/******/ (() => {
/******/ 	// define __esModule on exports
/******/ 	__nccwpck_require__.r = (exports) => {
/******/ 		if(typeof Symbol !== 'undefined' && Symbol.toStringTag) {
/******/ 			Object.defineProperty(exports, Symbol.toStringTag, { value: 'Module' });
/******/ 		}
/******/ 		Object.defineProperty(exports, '__esModule', { value: true });
/******/ 	};
/******/ })();
/******/ 
/******/ /* webpack/runtime/import chunk loading */
/******/ (() => {
/******/ 	// no baseURI
/******/ 	
/******/ 	// object to store loaded and loading chunks
/******/ 	// undefined = chunk not loaded, null = chunk preloaded/prefetched
/******/ 	// [resolve, Promise] = chunk loading, 0 = chunk loaded
/******/ 	var installedChunks = {
/******/ 		792: 0
/******/ 	};
/******/ 	
/******/ 	var installChunk = (data) => {
/******/ 		var {ids, modules, runtime} = data;
/******/ 		// add "modules" to the modules object,
/******/ 		// then flag all "ids" as loaded and fire callback
/******/ 		var moduleId, chunkId, i = 0;
/******/ 		for(moduleId in modules) {
/******/ 			if(__nccwpck_require__.o(modules, moduleId)) {
/******/ 				__nccwpck_require__.m[moduleId] = modules[moduleId];
/******/ 			}
/******/ 		}
/******/ 		if(runtime) runtime(__nccwpck_require__);
/******/ 		for(;i < ids.length; i++) {
/******/ 			chunkId = ids[i];
/******/ 			if(__nccwpck_require__.o(installedChunks, chunkId) && installedChunks[chunkId]) {
/******/ 				installedChunks[chunkId][0]();
/******/ 			}
/******/ 			installedChunks[ids[i]] = 0;
/******/ 		}
/******/ 	
/******/ 	}
/******/ 	
/******/ 	__nccwpck_require__.f.j = (chunkId, promises) => {
/******/ 			// import() chunk loading for javascript
/******/ 			var installedChunkData = __nccwpck_require__.o(installedChunks, chunkId) ? installedChunks[chunkId] : undefined;
/******/ 			if(installedChunkData !== 0) { // 0 means "already installed".
/******/ 	
/******/ 				// a Promise means "currently loading".
/******/ 				if(installedChunkData) {
/******/ 					promises.push(installedChunkData[1]);
/******/ 				} else {
/******/ 					if(true) { // all chunks have JS
/******/ 						// setup Promise in chunk cache
/******/ 						var promise = import("./" + __nccwpck_require__.u(chunkId)).then(installChunk, (e) => {
/******/ 							if(installedChunks[chunkId] !== 0) installedChunks[chunkId] = undefined;
/******/ 							throw e;
/******/ 						});
/******/ 						var promise = Promise.race([promise, new Promise((resolve) => (installedChunkData = installedChunks[chunkId] = [resolve]))])
/******/ 						promises.push(installedChunkData[1] = promise);
/******/ 					}
/******/ 				}
/******/ 			}
/******/ 	};
/******/ 	
/******/ 	// no prefetching
/******/ 	
/******/ 	// no preloaded
/******/ 	
/******/ 	// no external install chunk
/******/ 	
/******/ 	// no on chunks loaded
/******/ })();
/******/ 
/************************************************************************/
/******/ 
/******/ // startup
/******/ // Load entry module and return exports
/******/ // This entry module used 'module' so it can't be inlined
/******/ var __webpack_exports__ = __nccwpck_require__(5691);
/******/ __webpack_exports__ = await __webpack_exports__;
/******/ 
