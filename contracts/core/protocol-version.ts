/**
 * What nodes say to each other, as it was released. A new version is a new line with the hash that
 * `protocol-version.test.ts` prints; lines are never changed once released. Nodes are upgraded at different times: add
 * optional fields, never change a meaning, the hub first.
 */
export const PROTOCOL_VERSIONS = [
  { version: 1, hash: '03f9ebe17d07551b2f4a1dccaf928217c905194511c3de876d3347cd0f7abcf5' },
  // A restored hub recounts claims; a digest asks how parked messages went on; a hello tells of older incarnations.
  { version: 2, hash: '9a66f8b731ca012f9d3fb528690cb876e162b17da09a1635d3aeac27bbefeb76' },
  // Transfers across provinces and the hand-over of records; a province tells the hub its orgs, its handlers' accounts and its
  // chain configurations; a summary names the business that is open on a record; a case tells its steps; key data
  // are changed; records are loaded; problem groups are told; hub and provinces compare what each holds; a record that restores lost is sent again.
  { version: 3, hash: 'db67a44f454dd1106e7ce54dab1c2291f10d2b2370ab79ba6b4926df19476f27' },
] as const;
