/**
 * Merges of public repositories that were taken back within a hundred merges, each looked at: what undid it, which is no false accusation. The other
 * accusations of those histories are false.
 */
const REASONS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "astral-sh/uv": {
    b30d0faea958694e6f4bfeb7ca94cfd98e2b1ea4: "a revert, taken back by e6d90a6a80, which brings the change again",
    a2a02424dcba3c3f37cf6b8de5484497dd48651e: "reverted by 563b3fed28",
    c6e19ef8c0bd5d7b152dfe7e964a43be2a42a34f: "reverted by e0cdcb93ac",
    b6bfe88caeab64e7eb8e9b9b0c407faf8e778ad4: "a revert for a release, taken back by 1cd84d773e",
    a2af4cb54a708c10e731b3a1c3a5c3ff13832b47: "reverted by 67fab0cd4a",
    c96eb710b6d22d7a992dbfe65a523f662983d1d9: "reverted by bfec9dc0dd",
    a05827265413fc168105aa14ef5d65243eadaaee: "a revert, taken back by f76f11c8a7, which applies the change again"
  },
  "denoland/deno": {
    "4925b0e96e37686e3e8b3f75871282f9e6ee1f25": "reverted by 25289debce",
    "281be3e93329c13de7d6693fe779db342c5944b9": "1d51877412, of the same day and author, put the older lines back and solved it otherwise",
    "2f912ccc66c4ca60b3a340f158977045ef89d150": "reverted by ee3040e00d"
  },
  "entrius/gittensor": {
    "8866cbb041a9fafe94ae81218c57f80081409cad": "5572eb0d9 removed two of its workflows, which are more than half of it",
    c3fe6011883d206e60b269e42de3c451e2ce74a3: "0722e24b put MEMBER back",
    "05ced8565ecc39db6a468c9159d0ff02dec8fada": "ca12854a removed the two repositories",
    "15e10e4103107050c8b7524e8e9fd733c675a961": "ab72dbee put the lines of before back",
    "993633c18ce2b57385a8c9926a56f4789379df06": "e6e821a8 removed tiers and their emissions",
    "350479ca9215609fca17c5d5832ea5ab87a90623": "f1e7d055 removed the search for typos"
  },
  "entrius/gittensor-ui": {
    c978c6b116b1f579bf2a966f93ef75f5f7cab6dd: "6b87ad0 removed two of its workflows, which are more than half of it",
    "2fd8566a317e6fe522aa3257a21c39c77ade6769": "a revert, taken back by a94cf54, which merges the change again",
    be5e14152c8f2274e94f7dd645e54888d71c07b2: "the workflow was removed"
  },
  "honojs/hono": {
    f5ae405d0f86ccfd6e34daa8b8b06c9875d47daa: "reverted by b68da394",
    a285c4b3b4bc7a9c162ec24669c9890b16f91f63: "reverted by 4d33e1c0",
    "5db68b566b869f28e81ba6fbda499180b8b6b8b7": "a revert, taken back by c7afb2d1, which merges the middleware again",
    ce4ac5a6f56001e3813d02ffd0e4e4b6c7dd85fd: "reverted by b7f12ddb",
    "229228a7ba3655ac31a7b110f3c8f9c62724a86f": "a revert, most of which c169a413 took back",
    "3e0f5dae31a42da75ab3c54ed918ae1b8221154f": "a60e46ae put the lines of before back and solved it otherwise",
    bbe079134eefd0adf90a1e770e185102ad19ff66: "a revert, taken back by 8a9ebc14",
    bcc98183956934dd70c370bd9d6695904abccd84: "removed by dbf892be",
    "5125c780f0c2bb6d353379a70e7d65951355e36c": "1282473f put extendRequestPrototype back",
    a95ffe0be1f309de1ed22be963c5f4e8d6f7d95c: "6ddba47c made the imports relative again"
  },
  "python-poetry/poetry": {
    "374babb0abd9821cb00ff42f1a43cac908eba736": "bc2e133f5 removed it from the tests",
    "8dbe41e507d82c15c72105b0b14b8c18035dc772": "6f8560524 took the formatter's newer style back"
  },
  "sveltejs/kit": {
    d5ffa2d16bae492c49cef826caf24da5c62b17a4: "reverted by b9a41c624e"
  },
  "vitest-dev/vitest": {
    "6db8de2e2d55bc71226ebb29ef0be36c509aa342": "reverted by ad065a7d6",
    "0baa0172e79ae559d598a4bc5ee331d66ed06ed1": "removed by 1761bb106",
    "9787dedade9896a6d3eeed7739177d6c583a68a7": "reverted by 7dc6d54fd",
    "177624d952813e8b3b01a35044e11698b2974f83": "reverted by fb50d3377"
  }
}

export const TAKEN_BACK: ReadonlySet<string> = new Set(Object.values(REASONS).flatMap((one) => Object.keys(one)))
