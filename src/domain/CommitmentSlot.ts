/**
 * A hotkey's commitment on the chain: one slot of at most three fields, which every writer overwrites as a whole. Three texts of this program share it,
 * with each other and with texts of other programs:
 *
 *     gh:583231:<gist>                                         a GitHub account, in one field
 *     gittensor/roster/v1:<version>:<sha256>                   a roster, in one field
 *     gittensor/scores/v1:<epoch>:<sha256>:<previous sha256>[:<seen>]
 *                                                              a report, in two fields that follow each other: up to and with the third colon, and the rest
 *
 * If the slot would need a fourth field, the scores are one field of the chain's larger kind instead.
 */
import { Either, Option, Schema } from "effect"
import { OperationFailed } from "./failures.ts"
import * as GitHubLink from "./GitHubLink.ts"
import { ROSTER_FORMAT, type RosterCommitment, RosterCommitmentText } from "./SignedRoster.ts"

/** The most fields of a slot: `MaxCommitFieldsInner` in subtensor's runtime. */
const MAX_FIELDS = 3

/** A field: the chain's `Raw` or `BigRaw` with a text, or any other kind (a hash, something encrypted, bytes that are no text) in the chain's own form. */
export type SlotField =
  | { readonly _tag: "Raw" | "BigRaw"; readonly text: string }
  | { readonly _tag: "Opaque"; readonly kind: string; readonly value: unknown }

export type SlotFields = ReadonlyArray<SlotField>

/** Hexadecimal digits of a SHA-256. */
const Sha256 = Schema.String.pipe(Schema.pattern(/^[0-9a-f]{64}$/))
const SlotNumber = Schema.Int.pipe(Schema.between(0, 999_999_999))

/** A validator's commitment to its report of an epoch. */
export const CommittedScores = Schema.Struct({
  epoch: SlotNumber,
  /** 64 zeros if it made no report. */
  sha256: Sha256,
  /** The hash of the validator's previous report; 64 zeros if there is none. */
  previous: Sha256,
  /** A set of UIDs (UidBitmap), as 43 characters of base64url: the validators whose committed reports of the epoch this one has, and would count. */
  seen: Schema.optionalWith(Schema.String.pipe(Schema.pattern(/^[\w-]{42}[AEIMQUYcgkosw048]$/)), { exact: true })
})
export interface CommittedScores extends Schema.Schema.Type<typeof CommittedScores> {}

/** The hash that stands for a report if there is none. */
export const NO_REPORT = "0".repeat(64)

/** The hash to which a hotkey is committed for an epoch; null if its commitment is for another epoch, or it has none. */
export const committedHash = (scores: CommittedScores | undefined, epoch: number): string | null =>
  scores?.epoch === epoch && scores.sha256 !== NO_REPORT ? scores.sha256 : null

/** One of this program's texts in a slot. */
export type SlotText =
  | { readonly _tag: "Link"; readonly link: GitHubLink.Commitment }
  | { readonly _tag: "Scores"; readonly scores: CommittedScores }
  | { readonly _tag: "Roster"; readonly roster: RosterCommitment }

type Kind = SlotText["_tag"] | "Foreign"

const SCORES = "gittensor/scores/v1:"
const ROSTER = `${ROSTER_FORMAT}:`
const scoresHead = /^gittensor\/scores\/v1:(0|[1-9]\d{0,8}):([0-9a-f]{64}):$/
const scoresTail = /^([0-9a-f]{64})(?::([\w-]{42}[AEIMQUYcgkosw048]))?$/

const parseRoster = Schema.decodeUnknownOption(RosterCommitmentText)
const writeRoster = Schema.encodeSync(RosterCommitmentText)
const parseLink = Schema.decodeUnknownOption(GitHubLink.CommitmentText)
const writeLink = Schema.encodeSync(GitHubLink.CommitmentText)

const raw = (text: string): SlotField => ({ _tag: "Raw", text })
const rawText = (field: SlotField | undefined): string => (field?._tag === "Raw" ? field.text : "")
const isLink = (field: SlotField): boolean => field._tag === "Raw" && Option.isSome(parseLink(field.text))

const parseScores = (head: string, tail: string): Option.Option<CommittedScores> => {
  const [, epoch, sha256] = scoresHead.exec(head) ?? []
  const [, previous, seen] = scoresTail.exec(tail) ?? []
  return epoch === undefined || sha256 === undefined || previous === undefined
    ? Option.none()
    : Option.some({ epoch: Number(epoch), sha256, previous, ...(seen === undefined ? {} : { seen }) })
}

/** The scores that begin in a field, and how many fields they take. */
const scoresFrom = (field: SlotField, next: SlotField | undefined): Option.Option<readonly [CommittedScores, fields: 1 | 2]> => {
  if (field._tag === "Opaque") return Option.none()
  if (field._tag === "Raw") return Option.map(parseScores(field.text, rawText(next)), (scores) => [scores, 2] as const)
  const cut = field.text.split(":", 3).join(":").length + 1
  return Option.map(parseScores(field.text.slice(0, cut), field.text.slice(cut)), (scores) => [scores, 1] as const)
}

/**
 * Whether a field is written again. A flag is a command that the chain carried out when it was written, and would carry out again. Empty fields hold nothing.
 */
const isKept = (field: SlotField): boolean => (field._tag === "Opaque" ? !/^(none|resetBondsFlag)$/i.test(field.kind) : field.text !== "")

/** The fields that are read: those that survive when another text is written to the slot. */
const keptOf = (fields: SlotFields): SlotFields => fields.filter(isKept)

/**
 * The link in a slot: the first field that is one, or else all fields joined if they are Raw and together one link. If other kinds between them were
 * skipped, fields that are no link could become one when another text is written.
 */
export const linkOf = (fields: SlotFields): Option.Option<GitHubLink.Commitment> => {
  const kept = keptOf(fields)
  const together = () => (kept.every(({ _tag }) => _tag === "Raw") ? parseLink(kept.map(rawText).join("")) : Option.none())
  return Option.orElse(Option.firstSomeOf(kept.map((field) => parseLink(rawText(field)))), together)
}

/** The commitment to a report in a slot: the first, if there are several. */
export const scoresOf = (fields: SlotFields): Option.Option<CommittedScores> => {
  const kept = keptOf(fields)
  return Option.firstSomeOf(kept.map((field, place) => Option.map(scoresFrom(field, kept[place + 1]), ([scores]) => scores)))
}

/** The commitment to a roster in a slot: the first, if there are several. */
export const rosterOf = (fields: SlotFields): Option.Option<RosterCommitment> =>
  Option.firstSomeOf(fields.map((field) => parseRoster(rawText(field))))

/** The one or two neighbouring fields of a slot that hold one text: a link, the hash of scores, the hash of a roster, or what another program wrote. */
interface Part {
  readonly kind: Kind
  readonly fields: SlotFields
}

/** All fields of a slot in order, grouped into parts. A malformed text that begins like this program's scores or roster still counts as that kind. */
const partsOf = (fields: SlotFields): ReadonlyArray<Part> => {
  // Another tool may have cut a link into several fields.
  const isCut = !fields.some(isLink) && Option.isSome(linkOf(fields))
  const parts: Array<Part> = []
  for (let place = 0; place < fields.length; place++) {
    const [field, next] = [fields[place], fields[place + 1]]
    if (field === undefined) break
    const scores = scoresFrom(field, next)
    if (next !== undefined && Option.exists(scores, ([, count]) => count === 2)) {
      parts.push({ kind: "Scores", fields: [field, next] })
      place++
    } else if (field._tag !== "Opaque" && field.text.startsWith(SCORES)) parts.push({ kind: "Scores", fields: [field] })
    else if (field._tag === "Raw" && field.text.startsWith(ROSTER)) parts.push({ kind: "Roster", fields: [field] })
    else parts.push({ kind: isLink(field) || (isCut && field._tag === "Raw") ? "Link" : "Foreign", fields: [field] })
  }
  return parts
}

/** A field for people. */
const shownField = (field: SlotField): string => (field._tag === "Opaque" ? field.kind : field.text.replaceAll(/[^\x20-\x7e]/g, "·"))

/** Each text, hash or other part of a slot, for people. */
export const asText = (fields: SlotFields): ReadonlyArray<string> => partsOf(fields).map((part) => part.fields.map(shownField).join(""))

const scoresFields = ({ epoch, sha256, previous, seen }: CommittedScores): SlotFields => [
  raw(`${SCORES}${epoch}:${sha256}:`),
  raw(seen === undefined ? previous : `${previous}:${seen}`)
]

const fieldsOfText = (text: SlotText): SlotFields => {
  switch (text._tag) {
    case "Link":
      return [raw(writeLink(text.link))]
    case "Roster":
      return [raw(writeRoster(text.roster))]
    case "Scores":
      return scoresFields(text.scores)
  }
}

/** The text as a person reads it. */
export const shownText = (text: SlotText): string => fieldsOfText(text).map(shownField).join("")

const joined = (fields: SlotFields): string => fields.flatMap((field) => (field._tag === "Opaque" ? [] : [field.text])).join("")

/** A part's content, the same for scores in two fields and in one. */
const contentOf = (part: Part): string => (part.kind === "Scores" ? joined(part.fields) : JSON.stringify(part.fields))

const fieldsOf = (parts: ReadonlyArray<Part>): SlotFields => parts.flatMap((part) => part.fields)

/** The fields to write for these parts, or undefined if there are too many. Scores in two fields become one if that makes room. */
const fittedFields = (parts: ReadonlyArray<Part>): SlotFields | undefined =>
  [parts, parts.map((part): Part => (part.kind === "Scores" ? { ...part, fields: [{ _tag: "BigRaw", text: joined(part.fields) }] } : part))]
    .map(fieldsOf)
    .find((fields) => fields.length <= MAX_FIELDS)

/** Replaces the parts of one kind, at the position of the first of them or else at the end. */
const replaceParts = (parts: ReadonlyArray<Part>, kind: Kind, by: ReadonlyArray<Part>): ReadonlyArray<Part> => {
  const first = parts.findIndex((part) => part.kind === kind)
  if (first === -1) return [...parts, ...by]
  return [...parts.slice(0, first), ...by, ...parts.slice(first).filter((part) => part.kind !== kind)]
}

/** The parts that a new slot keeps from an old one. A link in several fields becomes one field, because its fields may not be separated. */
const keptParts = (fields: SlotFields): ReadonlyArray<Part> => {
  const parts = partsOf(keptOf(fields))
  const links = parts.filter(({ kind }) => kind === "Link")
  return links.length > 1 && !fields.some(isLink)
    ? replaceParts(parts, "Link", [{ kind: "Link", fields: [raw(joined(fieldsOf(links)))] }])
    : parts
}

/** The slot with this text in place of the one of its kind. Everything else stays, in its order. */
export const withText = (fields: SlotFields, text: SlotText): Either.Either<SlotFields, OperationFailed> =>
  Either.fromNullable(fittedFields(replaceParts(keptParts(fields), text._tag, [{ kind: text._tag, fields: fieldsOfText(text) }])), () => {
    const holds = asText(fields).map((one) => `"${one}"`)
    return new OperationFailed({
      message: `there is no room for "${shownText(text)}" in the hotkey's commitment, which has ${MAX_FIELDS} fields and holds ${holds.join(", ")}: if something in it is no longer needed, remove it with the program that wrote it, then try again`
    })
  })

/** This program's texts in a slot. */
const textsOf = (fields: SlotFields): ReadonlyArray<SlotText> => [
  ...Option.toArray(Option.map(linkOf(fields), (link): SlotText => ({ _tag: "Link", link }))),
  ...Option.toArray(Option.map(scoresOf(fields), (scores): SlotText => ({ _tag: "Scores", scores }))),
  ...Option.toArray(Option.map(rosterOf(fields), (roster): SlotText => ({ _tag: "Roster", roster })))
]

export const isSame = (a: SlotFields, b: SlotFields): boolean => JSON.stringify(a) === JSON.stringify(b)

export const holds = (fields: SlotFields, text: SlotText): boolean =>
  textsOf(fields).some((one) => isSame(fieldsOfText(one), fieldsOfText(text)))

/** Another writer's change of a slot. */
export interface SlotChange {
  readonly from: SlotFields
  readonly to: SlotFields
}

const KINDS: ReadonlyArray<Kind> = ["Link", "Scores", "Roster", "Foreign"]

/** The epoch of a report or the version of a roster. A later one is a change; an earlier one comes from a writer that had not seen the later one. */
const ageOf = (fields: SlotFields, kind: Kind): number => {
  if (kind === "Scores") return Option.match(scoresOf(fields), { onNone: () => -1, onSome: ({ epoch }) => epoch })
  if (kind === "Roster") return Option.match(rosterOf(fields), { onNone: () => -1, onSome: ({ version }) => version })
  return 0
}

/**
 * Applies another writer's change again, after our own write undid it without knowing of it. Later changes stay. So do texts that the change only
 * lacks: no program removes a text on purpose, but one that did not know of it may have overwritten it.
 */
export const redone = (fields: SlotFields, { from, to }: SlotChange, ours: SlotText["_tag"]): SlotFields => {
  const ofKind = (slot: SlotFields, kind: Kind) => keptParts(slot).filter((part) => part.kind === kind)
  const lost = KINDS.filter((kind) => {
    const [before, after, now] = [ofKind(from, kind).map(contentOf), ofKind(to, kind).map(contentOf), ofKind(fields, kind).map(contentOf)]
    const isWritten = after.some((one) => !before.includes(one)) && ageOf(to, kind) >= ageOf(from, kind)
    return kind !== ours && isWritten && String(before) === String(now)
  })
  if (lost.length === 0) return fields
  return fieldsOf(lost.reduce<ReadonlyArray<Part>>((all, kind) => replaceParts(all, kind, ofKind(to, kind)), keptParts(fields)))
}
