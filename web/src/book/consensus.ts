/** Epochs of consensus for the book, in the states that matter. */
import type { ConsensusEpoch, ConsensusValue, ConsensusVoter, Divergence, Evidence } from "../api/types.ts"
import { ALICE, BOB, moment, rao, VALIDATOR } from "./samples.ts"

const DAVE = "5HGjWAeFDfFCWPsjFQdVV2Msvz2XtMktvgocEZcCj68kUMaw"
const LIAR = "5CiPPseXPECbkjWCa6MnjNokrgYjMqmKndv2rSnekmSK2DjL"
const hash = (digit: number) => `${digit}`.repeat(64)

export const TOTAL = rao(10_000)

const EPOCH: ConsensusEpoch = {
  epoch: 812,
  at: moment(-4_320),
  opening: moment(-3_120),
  settling: moment(-1_920),
  endedAt: null,
  roster: hash(9),
  committedRoster: { version: 3, sha256: hash(9) },
  quorum: true,
  totalStake: TOTAL,
  reportingStake: rao(9_000),
  reporting: { voters: 3, reports: 2 },
  weights: { asExpected: 1, other: 1, hidden: 1, none: 0 },
  severities: { wrong: 2, missing: 1 },
  looks: { times: 2, last: 4_812_345, next: 4_812_700 }
}

export const epochs: ReadonlyArray<ConsensusEpoch> = [
  EPOCH,
  { ...EPOCH, epoch: 811, at: moment(-8_640), endedAt: moment(-4_332), severities: { wrong: 0, missing: 0 }, reportingStake: TOTAL },
  {
    ...EPOCH,
    epoch: 810,
    at: moment(-12_960),
    quorum: false,
    reportingStake: rao(3_000),
    reporting: { voters: 3, reports: 1 },
    weights: { asExpected: 0, other: 0, hidden: 0, none: 0 }
  }
]

const VOTER: ConsensusVoter = {
  hotkey: VALIDATOR,
  uid: 4,
  stake: rao(6_000),
  committed: hash(7),
  report: hash(7),
  reason: null,
  program: "0.1.0",
  leaves: 120,
  root: hash(6),
  givers: [VALIDATOR, DAVE],
  others: [],
  weights: { state: "set", values: [[17, 65_535]], asExpected: true }
}

const UNCOUNTED = { report: null, program: null, leaves: null, root: null, givers: [] }

export const voters: ReadonlyArray<ConsensusVoter> = [
  VOTER,
  { ...VOTER, hotkey: DAVE, uid: 5, stake: rao(3_000), weights: { state: "set", values: [[42, 65_535]], asExpected: false } },
  {
    ...VOTER,
    hotkey: LIAR,
    uid: 6,
    stake: rao(1_000),
    ...UNCOUNTED,
    reason: "equivocation",
    others: [{ sha256: hash(8), document: "{}", givers: [DAVE] }],
    weights: { state: "hidden", values: null, asExpected: null }
  },
  {
    ...VOTER,
    hotkey: BOB.hotkey,
    stake: rao(500),
    committed: null,
    ...UNCOUNTED,
    uid: 7,
    reason: "no report",
    weights: { state: "none", values: null, asExpected: null }
  }
]

const VALUE: ConsensusValue = {
  uid: 17,
  hotkey: ALICE.hotkey,
  login: ALICE.login,
  holder: ALICE.hotkey,
  value: 55_000_000,
  source: "median",
  part: 600_000,
  measuringStake: rao(9_000),
  chain: 540_000,
  votes: [
    { validator: LIAR, stake: rao(1_000), value: 2_000_000, pull: "below" },
    { validator: VALIDATOR, stake: rao(6_000), value: 55_000_000, pull: "equal" },
    { validator: DAVE, stake: rao(3_000), value: 61_000_000, pull: "above" }
  ]
}

export const values: ReadonlyArray<ConsensusValue> = [
  VALUE,
  {
    ...VALUE,
    uid: 42,
    hotkey: BOB.hotkey,
    login: BOB.login,
    holder: null,
    value: 30,
    source: "before",
    part: null,
    measuringStake: rao(3_000),
    votes: [
      { validator: DAVE, stake: rao(3_000), value: 30, pull: "equal" },
      { validator: VALIDATOR, stake: rao(6_000), value: null, pull: null }
    ]
  }
]

const EVIDENCE: Evidence = {
  epoch: 812,
  at: moment(-4_320),
  position: 0,
  kind: "equivocation",
  severity: "wrong",
  validator: LIAR,
  giver: null,
  text: "it signed two reports for the epoch: 77777777 and 88888888",
  proof: { format: "gittensor/equivocation/v1" }
}

export const evidence: ReadonlyArray<Evidence> = [
  EVIDENCE,
  {
    ...EVIDENCE,
    position: 1,
    kind: "weights differ",
    validator: DAVE,
    text: "its weights do not follow from the reports: UID 42 has 65535 instead of 0",
    proof: null
  },
  {
    ...EVIDENCE,
    epoch: 811,
    at: moment(-8_640),
    kind: "no report",
    severity: "missing",
    validator: LIAR,
    giver: DAVE,
    text: "nobody gives the report 77777777 that it committed to",
    proof: null
  },
  {
    ...EVIDENCE,
    epoch: 810,
    at: moment(-12_960),
    kind: "no quorum",
    severity: "missing",
    validator: null,
    text: "1 of 3 validators reported, and they hold less than two thirds of the stake: weights are held",
    proof: null
  }
]

export const divergence: Divergence = {
  validator: VALIDATOR,
  epoch: 812,
  at: moment(-4_320),
  report: hash(7),
  reporting: 3,
  voters: 3,
  quorum: true,
  sameTop: true,
  spearman: 987_654,
  overlap: 9,
  overlapOf: 10,
  copyable: 811,
  copies: [
    { hotkey: DAVE, milli: 20, evidence: 50_000 },
    { hotkey: LIAR, milli: 1_000, evidence: 50_000 },
    { hotkey: BOB.hotkey, milli: null, evidence: 0 }
  ],
  readAt: 4_812_345
}

/** Eight epochs, newest first: one is missing, and one has no quorum. */
export const divergences: ReadonlyArray<Divergence> = [
  divergence,
  { ...divergence, epoch: 811, spearman: 950_000, overlap: 8, sameTop: false },
  { ...divergence, epoch: 810, quorum: false, spearman: null, sameTop: null, overlap: 0, overlapOf: 0, copies: [] },
  { ...divergence, epoch: 809, spearman: -120_000, overlap: 3 },
  { ...divergence, epoch: 808, spearman: 400_000, overlap: 6 },
  { ...divergence, epoch: 806, spearman: 800_000, report: null, overlap: 10 }
]
