/**
 * What nodes say to each other, as it was released. A new version is a new line with the hash that
 * `protocol-version.test.ts` prints; lines are never changed once released. Nodes are upgraded at different times: add
 * optional fields, never change a meaning, the hub first.
 */
export const PROTOCOL_VERSIONS = [
  { version: 1, hash: '03f9ebe17d07551b2f4a1dccaf928217c905194511c3de876d3347cd0f7abcf5' },
] as const;
