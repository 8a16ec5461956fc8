/** How miners' enrolments reach validators: signed, posted, gossiped and held. */
import { Either } from "effect"
import * as Enrolment from "../../../src/domain/Enrolment.ts"
import * as EnrolmentBook from "../../../src/domain/EnrolmentBook.ts"
import type { Signing } from "../network/keys.ts"
import type { Miner } from "../network/population.ts"
import type { SimulatedNetwork } from "../network/SimulatedNetwork.ts"
import type { Wish } from "./MinerStrategy.ts"

/** A signed enrolment on its way to validators. */
export interface PostedEnrolment {
  readonly signed: Enrolment.SignedEnrolment
  readonly enrolment: Enrolment.Enrolment
  /** A digest of the text for {@link Holder.content}. */
  readonly mark: bigint
}

/** The enrolments that one validator holds and passes on. */
export interface Holder {
  readonly book: EnrolmentBook.EnrolmentBook
  /** A digest of everything held: equal for holders with equal content. */
  readonly content: () => string
  /** Handles a miner's own message; returns whether it was accepted at the validator's head. */
  readonly submit: (posted: PostedEnrolment, head: number) => boolean
  /** Handles another validator's message. A message that is refused because the head is behind is retried with the next message. */
  readonly merge: (posted: PostedEnrolment, head: number) => void
  readonly forget: (head: number) => void
  /** The accepted enrolments in order, from a number on. Numbers count from 0 and are never reused. */
  readonly acceptedFrom: (first: number) => { readonly enrolments: ReadonlyArray<PostedEnrolment>; readonly next: number }
}

export interface Enrolling {
  /** Signs a wish as a miner does, valid from a block on. Two texts with the same `sequence` and different choices are an equivocation. */
  readonly sign: (miner: Miner, wish: Pick<Wish, "issue" | "choice">, validFrom: number, sequence: number) => PostedEnrolment
  readonly holder: () => Holder
}

export const makeEnrolling = ({ ledger, netuid, population }: SimulatedNetwork, signing: Signing): Enrolling => {
  const contract = ledger.world().state.contract
  const genesisHash = Enrolment.Enrolment.fields.genesisHash.make(ledger.genesisHash)
  const judged = new WeakMap<PostedEnrolment, Map<number, boolean>>()

  /** Cached for each enrolment and head, because the result is the same for every validator. */
  const isGood = (posted: PostedEnrolment, head: number): boolean => {
    const answers = judged.get(posted) ?? new Map<number, boolean>()
    judged.set(posted, answers)
    const known = answers.get(head)
    if (known !== undefined) return known
    const { neurons } = population.metagraphAt(head)
    const { signature, text } = posted.signed
    const terms = Enrolment.checkTerms(text, {
      genesisHash,
      netuid,
      contract,
      currentBlock: head,
      isRegistered: (hotkey) => neurons.some((neuron) => neuron.hotkey === hotkey)
    })
    const good = Either.isRight(terms) && signing.verifies(text, signature, terms.right.hotkey)
    answers.set(head, good)
    return good
  }

  const holder = (): Holder => {
    const book = EnrolmentBook.make()
    const marks = new Map<string, bigint>()
    const accepted: Array<PostedEnrolment> = []
    let forgotten = 0
    let content = 0n
    let waiting: ReadonlyArray<PostedEnrolment> = []

    const keep = (posted: PostedEnrolment): boolean => {
      const { enrolment, mark, signed } = posted
      const holding = book.holding(enrolment, signed)
      if (holding instanceof Enrolment.Refusal) return false
      const key = `${enrolment.hotkey} ${enrolment.issue}`
      content ^= (marks.get(key) ?? 0n) ^ mark
      marks.set(key, mark)
      book.put(holding)
      accepted.push(posted)
      return true
    }
    const take = (posted: PostedEnrolment, head: number): void => {
      if (!book.isNews(posted.enrolment, posted.signed.text)) return
      if (isGood(posted, head)) keep(posted)
      else if (posted.enrolment.validUntil >= head) waiting = [...waiting, posted]
    }

    return {
      book,
      acceptedFrom: (first) => ({ enrolments: accepted.slice(Math.max(0, first - forgotten)), next: forgotten + accepted.length }),
      content: () => content.toString(36),
      submit: (posted, head) => isGood(posted, head) && book.replayOf(posted.enrolment) === undefined && keep(posted),
      merge: (posted, head) => {
        const again = waiting
        waiting = []
        for (const one of [...again, posted]) take(one, head)
      },
      forget: (head) => {
        const isOver = ({ enrolment, signed }: PostedEnrolment): boolean => {
          const held = book.find(enrolment)
          return held === undefined || held.text !== signed.text || held.keptUntil < head
        }
        const left = accepted.findIndex((posted) => !isOver(posted))
        for (const { enrolment, mark } of accepted.splice(0, left < 0 ? accepted.length : left)) {
          forgotten += 1
          const key = `${enrolment.hotkey} ${enrolment.issue}`
          if (marks.get(key) !== mark) continue
          content ^= mark
          marks.delete(key)
        }
        book.dropBefore(head)
      }
    }
  }

  return {
    holder,
    sign: (miner, { choice, issue }, validFrom, sequence) => {
      const enrolment = Enrolment.Enrolment.make({
        genesisHash,
        netuid,
        contract,
        hotkey: miner.key.address,
        issue: Enrolment.IssueId.make(issue),
        choice,
        sequence,
        validFrom,
        validUntil: validFrom + Enrolment.MAX_WINDOW
      })
      const text = Enrolment.format(enrolment)
      const mark = new Bun.CryptoHasher("blake2b256").update(text).digest().readBigUInt64LE()
      return { enrolment, signed: { text, signature: signing.sign(miner.key, text) }, mark }
    }
  }
}

/** Gossip between two validators: each forwards what it has accepted since the last time. */
export const makeGossip = () => {
  const spoken = new WeakMap<Holder, WeakMap<Holder, number>>()
  return (from: Holder, to: Holder, head: number): void => {
    const until = spoken.get(from) ?? new WeakMap<Holder, number>()
    spoken.set(from, until)
    const { enrolments, next } = from.acceptedFrom(until.get(to) ?? 0)
    for (const posted of enrolments) to.merge(posted, head)
    until.set(to, next)
  }
}
