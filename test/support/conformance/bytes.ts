/** Bytes of the conformance kit: what is hashed, signed and committed. */
import { Either, Schema } from "effect"
import { hashBytes, toPublicKey } from "../../../src/domain/Account.ts"
import { type CommittedScores, withText } from "../../../src/domain/CommitmentSlot.ts"
import { canonicalHash, canonicalJson } from "../../../src/domain/canonicalJson.ts"
import { format } from "../../../src/domain/Enrolment.ts"
import { GitHubLink, gistContent } from "../../../src/domain/GitHubLink.ts"
import { fromSeed, type KeyPair } from "../../../src/domain/KeyPair.ts"
import { merkleTree } from "../../../src/domain/merkleTree.ts"
import { Report, signedReport } from "../../../src/domain/Report.ts"
import { RosterRepositories } from "../../../src/domain/Roster.ts"
import { rootedIn } from "../../../src/domain/ScoredRecord.ts"
import { Settlement, settlementHash } from "../../../src/domain/Settlement.ts"
import { RosterBody, signedRoster } from "../../../src/domain/SignedRoster.ts"
import { toU16 } from "../../../src/domain/toU16.ts"
import { fromUids } from "../../../src/domain/UidBitmap.ts"
import { seenText } from "../../../src/rules/consensus/counted.ts"
import { pairHash } from "../../../src/rules/pairs/hashOrder.ts"
import { hotkey } from "../rules/world.ts"

const anyKey = fromSeed(new Uint8Array(32).fill(7))

/** The text that is signed, when a key of this address signs. */
const signedBy = (address: KeyPair["address"], sign: (key: KeyPair) => unknown): string => {
  const texts: Array<string> = []
  const signText: KeyPair["signText"] = (text) => {
    texts.push(text)
    return anyKey.signText(text)
  }
  sign({ ...anyKey, address, signText })
  return texts.join()
}

const reportText = (document: unknown) => {
  const body = Schema.decodeUnknownSync(Report)(document)
  return signedBy(body.validator, (key) => signedReport.sign(body, key))
}

const rosterText = (document: unknown) => {
  const body = Schema.decodeUnknownSync(RosterBody)(document)
  return signedBy(body.owner, (key) => signedRoster.sign(body, key))
}

const linkText = (link: typeof GitHubLink.Encoded) => {
  const decoded = Schema.decodeSync(GitHubLink)(link)
  return signedBy(decoded.hotkey, (key) => gistContent(decoded, key))
}

/** By the name that a case has as `rule`. Each is a function of a case's `input`. */
export const bytesRules = {
  "bytes/canonicalJson": canonicalJson,
  "bytes/canonicalHash": canonicalHash,
  "bytes/publicKey": toPublicKey,
  "bytes/uids": (uids: ReadonlyArray<number>) => fromUids(uids),
  "bytes/enrolmentText": format,
  "bytes/linkText": linkText,
  "bytes/reportText": reportText,
  "bytes/rosterText": rosterText,
  "bytes/scoresFields": (scores: CommittedScores) =>
    Either.getOrThrow(withText([], { _tag: "Scores", scores })).map((field) => ("text" in field ? field.text : "")),
  "bytes/seen": (uids: ReadonlyArray<number>) =>
    seenText({ neurons: uids.map((uid) => ({ uid, hotkey: hotkey(uid), consensus: 0 })) }, uids.map(hotkey)),
  "bytes/root": rootedIn,
  "bytes/merkleRoot": (leaves: Parameters<typeof merkleTree>[0]) => merkleTree(leaves).root,
  "bytes/merklePath": (leaves: Parameters<typeof merkleTree>[0], leaf: number) => merkleTree(leaves).pathOf(leaf),
  "bytes/settlementHash": (document: unknown) => settlementHash(Schema.decodeUnknownSync(Settlement)(document)),
  "bytes/toU16": toU16,
  "bytes/pairHash": (seed: string, issue: number, hotkey: KeyPair["address"]) => pairHash(hashBytes(seed), issue, toPublicKey(hotkey))
}

const HASH = "0123456789abcdef".repeat(4)
const genesis = `0x${HASH}`
const [one, two] = [hotkey(1), hotkey(2)]
const cell = { repository: "acme/gadgets", side: "author", sum: 600_000, less: 1, full: 900_000 }
const miners = [
  { uid: 3, hotkey: one, cells: [cell, { ...cell, side: "finder", sum: null }] },
  { uid: 5, hotkey: two, cells: null }
]
const report = {
  format: "gittensor/report/v1",
  netuid: 74,
  genesis,
  epoch: 20_000,
  block: 7_200_000,
  roster: HASH,
  program: "0.1.0",
  validator: one,
  settlement: null,
  miners,
  repositories: [{ repository: "acme/gadgets", maintainers: [{ uid: 5, hotkey: two }], lost: 200 }],
  leaves: 1,
  root: HASH
}
const record = {
  uid: 3,
  repository: "acme/gadgets",
  side: "author",
  number: 12,
  author: "583231",
  finder: null,
  base: null,
  head: "c0ffee",
  state: "MERGED",
  mergedAt: 1_786_000_000_000_001,
  methods: { "tree-diff": 2, "line-count": 1 },
  tokens: 71.00000000000001,
  source: 1e21,
  total: 5e-324,
  score: 7.1,
  points: 7.1,
  issue: 1.66,
  label: 1,
  decay: 0.37,
  review: 0.85,
  spam: 1,
  credibility: 1,
  share: null,
  earned: 600_000,
  less: 0,
  full: 900_000,
  kept: null
}
const settlement = {
  format: "gittensor/settlement/v1",
  epoch: 20_000,
  block: 7_200_000,
  roster: HASH,
  voters: [
    { hotkey: one, stake: "18446744073709551615", report: HASH },
    { hotkey: two, stake: "0", report: null }
  ],
  quorum: true,
  previous: null,
  cells: [{ uid: 3, hotkey: one, repository: "acme/gadgets", side: "author", net: 1, full: 0, measuredIn: 19_999 }],
  repositories: []
}
const enrolment = {
  genesisHash: genesis,
  netuid: 74,
  contract: two,
  hotkey: one,
  issue: 42,
  choice: "enrol",
  sequence: 3,
  validFrom: 1_000,
  validUntil: 8_200
}
const rosterBody = {
  format: "gittensor/roster/v1",
  genesis,
  netuid: 74,
  owner: one,
  roster: {
    version: 7,
    emission: { version: 1, pools: { oss_contributions: { kind: "oss_contributions", share: 0.9 } } },
    repositories: Schema.decodeUnknownSync(RosterRepositories)({ "acme/gadgets": { emission_share: 1 } }),
    languages: {},
    token_weights: { structural_bonus: {}, leaf_tokens: {} }
  },
  version: 7
}
const leaves = (count: number) =>
  Array.from({ length: count }, (_, index) => ({
    bytes: { $bytes: Buffer.from([7, index]).toString("hex") },
    sums: [3 * index, index % 4, 2 ** 33 + index]
  }))
const scores = { epoch: 20_000, sha256: HASH, previous: "0".repeat(64) }

const inputs: Readonly<Record<keyof typeof bytesRules, ReadonlyArray<ReadonlyArray<unknown>>>> = {
  "bytes/canonicalJson": [
    [{ b: 1, a: [null, true, 'é\u2028"\\\u0007\n/\u007f'], "\u{1f600}": -0, "\ufb33": 1e21, A: { z: 1e-7, y: 0.1, x: 333333333.3333333 } }],
    [[4.5, 2e-3, 1e-27, 123456789012345680000, 5e-324, 1.7976931348623157e308, 0.000001, 1e6]],
    [""],
    [record]
  ],
  "bytes/canonicalHash": [[{}], [report], [record]],
  "bytes/publicKey": [[one], ["5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY"]],
  "bytes/uids": [[[]], [[0, 7, 8, 255]]],
  "bytes/enrolmentText": [[enrolment], [{ ...enrolment, choice: "skip", sequence: 9_007_199_254_740_991 }]],
  "bytes/linkText": [[{ genesisHash: genesis, netuid: 74, hotkey: one, account: 583_231 }]],
  "bytes/reportText": [[report]],
  "bytes/rosterText": [[rosterBody]],
  "bytes/scoresFields": [[scores], [{ ...scores, seen: "AQ".padEnd(43, "A") }]],
  "bytes/seen": [[[]], [[0]], [[1, 9, 200, 256]]],
  "bytes/root": [
    [[], one],
    [[record], one],
    [[record, { ...record, number: 13, earned: 0 }, { ...record, uid: 4 }], two]
  ],
  "bytes/merkleRoot": [0, 1, 2, 3, 5, 8, 13].map((count) => [leaves(count)]),
  "bytes/merklePath": [
    [leaves(1), 0],
    [leaves(5), 4],
    [leaves(13), 6]
  ],
  "bytes/settlementHash": [[settlement]],
  "bytes/toU16": [
    [{ $map: [] }],
    [
      {
        $map: [
          [9, 1],
          [3, 2],
          [4, 262_140],
          [5, 3]
        ]
      }
    ],
    [
      {
        $map: [
          [1, 0],
          [2, 5]
        ]
      }
    ],
    [
      {
        $map: [
          [0, { $bigint: "333333333333" }],
          [2, { $bigint: "666666666667" }]
        ]
      }
    ]
  ],
  "bytes/pairHash": [[genesis, 258, one]]
}

/** The cases of `bytes.jsonl`. */
export const bytesCases = Object.entries(inputs).flatMap(([rule, all]) =>
  all.map((input, index) => ({ name: `${rule} ${index}`, rule, input }))
)
