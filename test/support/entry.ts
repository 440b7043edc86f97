/** What an entry of a tree has besides its content, for tests that only read the content. */
export const STAMP = {
  ...{ dev: 0, ino: 0, uid: 0, gid: 0 },
  ...{ mtimeS: 0, mtimeNs: 0, ctimeS: 0, ctimeNs: 0, seenAtMs: 0 },
};
