/** Loaded into the measured process: leaves its highest resident set, in bytes, in the file `BENCH_PEAK`. */
const { writeFileSync } = require('node:fs');

process.on('exit', () =>
  writeFileSync(process.env.BENCH_PEAK, String(process.resourceUsage().maxRSS * 1024)),
);
