/**
 * The enrolments that one validator holds in memory: the newest for each hotkey and issue. Signatures are not checked here; callers verify an
 * enrolment before they add it.
 */
import { sha256 } from "@noble/hashes/sha2.js"
import { bytesToHex } from "@noble/hashes/utils.js"
import type { AccountAddress } from "./Account.ts"
import * as Enrolment from "./Enrolment.ts"

/** The choices for one issue at one block, sorted by address. */
export interface Stand {
  readonly enrolled: ReadonlyArray<AccountAddress>
  readonly skipped: ReadonlyArray<AccountAddress>
}

export interface HeldEnrolment {
  readonly enrolment: Enrolment.Enrolment
  readonly text: string
  readonly signature: Enrolment.SignedEnrolment["signature"]
  /** The last block in which the enrolment is stored, by `Enrolment.keptUntil`. */
  readonly keptUntil: number
}

export interface Limits {
  /** The most issues for one hotkey. */
  readonly maxPerHotkey: number
  readonly maxTotal: number
}

/** A subnet has 256 UIDs, so these limits keep one hotkey's flood from displacing the others. */
export const defaultLimits: Limits = { maxPerHotkey: 256, maxTotal: 65_536 }

export interface EnrolmentBook {
  readonly size: () => number
  readonly find: (enrolment: Pick<Enrolment.Enrolment, "hotkey" | "issue">) => HeldEnrolment | undefined
  /** Refuses a miner's own message unless its sequence is higher than the stored one. */
  readonly replayOf: (enrolment: Enrolment.Enrolment) => Enrolment.Refusal | undefined
  /** Whether another validator's message is new or replaces the stored one. */
  readonly isNews: (enrolment: Enrolment.Enrolment, text: string) => boolean
  /** Prepares an entry without storing it. A refusal if there is no room. */
  readonly holding: (enrolment: Enrolment.Enrolment, signed: Enrolment.SignedEnrolment) => HeldEnrolment | Enrolment.Refusal
  readonly put: (held: HeldEnrolment) => void
  /** The enrolments that count at a block, by issue. Does not check registration: the caller maps hotkeys to UIDs at that block. */
  readonly snapshot: (block: number) => ReadonlyMap<Enrolment.IssueId, Stand>
  /** A digest of each hotkey's stored enrolments at a block, sorted by hotkey. */
  readonly summary: (block: number) => ReadonlyMap<AccountAddress, string>
  /** The stored enrolments of one hotkey at a block, by issue. */
  readonly of: (hotkey: AccountAddress, block: number) => ReadonlyArray<Enrolment.SignedEnrolment>
  /** Drops enrolments whose `keptUntil` is before this block; returns their number. */
  readonly dropBefore: (block: number) => number
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0)

export const make = ({ maxPerHotkey, maxTotal }: Limits = defaultLimits): EnrolmentBook => {
  const byHotkey = new Map<AccountAddress, Map<Enrolment.IssueId, HeldEnrolment>>()
  const digests = new Map<AccountAddress, { readonly digest: string; readonly goodUntil: number }>()
  let total = 0

  const find: EnrolmentBook["find"] = ({ hotkey, issue }) => byHotkey.get(hotkey)?.get(issue)

  const kept = (hotkey: AccountAddress, block: number): ReadonlyArray<HeldEnrolment> =>
    Array.from(byHotkey.get(hotkey)?.values() ?? [])
      .filter((item) => item.keptUntil >= block)
      .sort((a, b) => a.enrolment.issue - b.enrolment.issue)

  /** A hotkey's cached digest. Valid until its enrolments change or the first of them expires. */
  const digestOf = (hotkey: AccountAddress, block: number): string | undefined => {
    const known = digests.get(hotkey)
    if (known !== undefined && block <= known.goodUntil) return known.digest
    const items = kept(hotkey, block)
    if (items.length === 0) return undefined
    const digest = bytesToHex(sha256(Buffer.from(items.map(({ text }) => text).join("\n\n")))).slice(0, 32)
    digests.set(hotkey, { digest, goodUntil: Math.min(...items.map(({ keptUntil }) => keptUntil)) })
    return digest
  }

  return {
    size: () => total,
    find,
    replayOf: (enrolment) => {
      const present = find(enrolment)?.enrolment
      if (present === undefined || enrolment.sequence > present.sequence) return undefined
      return new Enrolment.Refusal({
        reason: "Replayed",
        detail: `its sequence ${enrolment.sequence} is not higher than ${present.sequence}, which is held: sign one with a higher sequence`
      })
    },
    isNews: (enrolment, text) => {
      const present = find(enrolment)
      return (
        present === undefined ||
        Enrolment.replaces({ sequence: enrolment.sequence, text }, { sequence: present.enrolment.sequence, text: present.text })
      )
    },
    holding: (enrolment, { signature, text }) => {
      const { hotkey } = enrolment
      if (find(enrolment) === undefined && ((byHotkey.get(hotkey)?.size ?? 0) >= maxPerHotkey || total >= maxTotal))
        return new Enrolment.Refusal({ reason: "TooMany", detail: `${hotkey} has enrolments for too many issues: wait until some end` })
      return { enrolment, text, signature, keptUntil: Enrolment.keptUntil(enrolment) }
    },
    put: (item) => {
      const { hotkey, issue } = item.enrolment
      const own = byHotkey.get(hotkey) ?? new Map<Enrolment.IssueId, HeldEnrolment>()
      if (!own.has(issue)) total += 1
      byHotkey.set(hotkey, own.set(issue, item))
      digests.delete(hotkey)
    },
    snapshot: (block) => {
      const stands = new Map<Enrolment.IssueId, { enrolled: Array<AccountAddress>; skipped: Array<AccountAddress> }>()
      for (const hotkey of Array.from(byHotkey.keys()).sort(byText))
        for (const { enrolment } of byHotkey.get(hotkey)?.values() ?? []) {
          if (!enrolment.isValidAt(block)) continue
          const stand = stands.get(enrolment.issue) ?? { enrolled: [], skipped: [] }
          const side = enrolment.choice === "enrol" ? stand.enrolled : stand.skipped
          side.push(hotkey)
          stands.set(enrolment.issue, stand)
        }
      return new Map(Array.from(stands).sort(([a], [b]) => a - b))
    },
    summary: (block) => {
      const lines = new Map<AccountAddress, string>()
      for (const hotkey of Array.from(byHotkey.keys()).sort(byText)) {
        const digest = digestOf(hotkey, block)
        if (digest !== undefined) lines.set(hotkey, digest)
      }
      return lines
    },
    of: (hotkey, block) => kept(hotkey, block).map(({ text, signature }) => ({ text, signature })),
    dropBefore: (block) => {
      const before = total
      for (const [hotkey, own] of byHotkey) {
        for (const [issue, item] of own) if (item.keptUntil < block && own.delete(issue)) total -= 1
        digests.delete(hotkey)
        if (own.size === 0) byHotkey.delete(hotkey)
      }
      return before - total
    }
  }
}
