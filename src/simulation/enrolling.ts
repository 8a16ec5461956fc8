/** How miners' wishes come to the validators: signed, posted, passed on between them, and held by each. */
import { Either } from "effect"
import * as Enrolment from "../domain/Enrolment.ts"
import * as EnrolmentBook from "../domain/EnrolmentBook.ts"
import type { Ground } from "./ground.ts"
import type { Signing } from "./keys.ts"
import type { Miner } from "./population.ts"
import type { Wish } from "./strategy.ts"

/** A signed enrolment on its way. */
export interface Letter {
  readonly signed: Enrolment.SignedEnrolment
  readonly enrolment: Enrolment.Enrolment
  /** Stands for the text in {@link Holder.content}. */
  readonly mark: bigint
}

/** What one validator holds, and what it has to tell. */
export interface Holder {
  readonly book: EnrolmentBook.EnrolmentBook
  /** Two holders that hold the same show the same. */
  readonly content: () => string
  /** A miner's own message; answers whether it was accepted at the validator's head. */
  readonly submit: (letter: Letter, head: number) => boolean
  /** Another validator's message. What is refused by a head that is behind is tried again with the next. */
  readonly merge: (letter: Letter, head: number) => void
  readonly forget: (head: number) => void
  /** The letters that it accepted, in order, from a number on; numbers count from 0 and are never given again. */
  readonly acceptedFrom: (first: number) => { readonly letters: ReadonlyArray<Letter>; readonly next: number }
}

export interface Office {
  /** Signs a wish as a miner does, valid from a block on. The same text with another choice, where `sequence` is given, is an equivocation. */
  readonly sign: (miner: Miner, wish: Pick<Wish, "issue" | "choice">, validFrom: number, sequence: number) => Letter
  readonly holder: () => Holder
}

export const makeOffice = ({ ledger, netuid, population }: Ground, signing: Signing): Office => {
  const contract = ledger.world().state.contract
  const genesisHash = Enrolment.Enrolment.fields.genesisHash.make(ledger.genesisHash)
  const judged = new WeakMap<Letter, Map<number, boolean>>()

  /** Checked once for each letter and head, whoever asks: whoever asks at one head comes to the same. */
  const isGood = (letter: Letter, head: number): boolean => {
    const answers = judged.get(letter) ?? new Map<number, boolean>()
    judged.set(letter, answers)
    const known = answers.get(head)
    if (known !== undefined) return known
    const { neurons } = population.metagraphAt(head)
    const { signature, text } = letter.signed
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
    const accepted: Array<Letter> = []
    let forgotten = 0
    let content = 0n
    let waiting: ReadonlyArray<Letter> = []

    const keep = (letter: Letter): boolean => {
      const { enrolment, mark, signed } = letter
      const holding = book.holding(enrolment, signed)
      if (holding instanceof Enrolment.Refusal) return false
      const key = `${enrolment.hotkey} ${enrolment.issue}`
      content ^= (marks.get(key) ?? 0n) ^ mark
      marks.set(key, mark)
      book.put(holding)
      accepted.push(letter)
      return true
    }
    const take = (letter: Letter, head: number): void => {
      if (!book.isNews(letter.enrolment, letter.signed.text)) return
      if (isGood(letter, head)) keep(letter)
      else if (letter.enrolment.validUntil >= head) waiting = [...waiting, letter]
    }

    return {
      book,
      acceptedFrom: (first) => ({ letters: accepted.slice(Math.max(0, first - forgotten)), next: forgotten + accepted.length }),
      content: () => content.toString(36),
      submit: (letter, head) => isGood(letter, head) && book.replayOf(letter.enrolment) === undefined && keep(letter),
      merge: (letter, head) => {
        const again = waiting
        waiting = []
        for (const one of [...again, letter]) take(one, head)
      },
      forget: (head) => {
        const isOver = ({ enrolment, signed }: Letter): boolean => {
          const held = book.find(enrolment)
          return held === undefined || held.text !== signed.text || held.keptUntil < head
        }
        const left = accepted.findIndex((letter) => !isOver(letter))
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

/** Passes on between two validators: each forwards what it accepted since it last spoke to the other. */
export const makeGossip = () => {
  const spoken = new WeakMap<Holder, WeakMap<Holder, number>>()
  return (from: Holder, to: Holder, head: number): void => {
    const until = spoken.get(from) ?? new WeakMap<Holder, number>()
    spoken.set(from, until)
    const { letters, next } = from.acceptedFrom(until.get(to) ?? 0)
    for (const letter of letters) to.merge(letter, head)
    until.set(to, next)
  }
}
