/** Scenarios in which part of the stake is hostile. */
import { Effect } from "effect"
import { troubledMinority, usualTroubles } from "../validators/conditions.ts"
import { hostileStrategies, SPELL_ROUNDS } from "../validators/hostile.ts"
import { makeValidators } from "../validators/Validator.ts"
import {
  brokenPromises,
  count,
  mustBeZero,
  partOf,
  progress,
  type RunOptions,
  run,
  type Scenario,
  type Section,
  safety,
  settingsOf
} from "./figures.ts"

const SHARES = [0, 1_000, 2_000, 3_000, 4_000]

const MOST = 4_900

const percent = (bps: number): string => `${bps / 100} %`

const sweep = (name: string, shares: ReadonlyArray<readonly [bps: number, rounds: number]>, options: RunOptions) =>
  Effect.forEach(shares, ([hostileBps, rounds]) =>
    run(
      `${name} ${percent(hostileBps)}`,
      settingsOf(options, {
        hostileBps,
        hostile: hostileStrategies,
        conditionOf: troubledMinority(options.seed, usualTroubles, makeValidators(options.seed, options.validators, hostileBps))
      }),
      { ...options, rounds }
    ).pipe(Effect.map((totals) => ({ hostileBps, totals })))
  )

const sharesOf = ({ hostileBps, rounds }: RunOptions) =>
  hostileBps === undefined
    ? [...SHARES.map((bps) => [bps, partOf(rounds)] as const), [MOST, rounds] as const]
    : [[hostileBps, rounds] as const]

const strategiesNote = `Hostile validators act as one, know what honest ones are about to vote, act before and after them, settle whatever votes stand, and change their strategy every ${SPELL_ROUNDS} rounds (${hostileStrategies.map(({ name }) => name).join(", ")}). Honest validators have the usual troubles, but troubled and hostile validators never hold half of the stake together.`

export const hostile: Scenario = {
  name: "hostile",
  question: "What can hostile validators with less than half of the stake achieve, however they attest and vote?",
  run: (options) =>
    Effect.map(sweep("hostile", sharesOf(options), options), (runs): Section => {
      return {
        name: hostile.name,
        question: hostile.question,
        figures: runs.flatMap(({ hostileBps, totals }) => [
          ...safety(totals, `, ${percent(hostileBps)} hostile`),
          ...progress(totals, `, ${percent(hostileBps)} hostile`),
          count("hostile messages", totals.counts.sent.hostile, `, ${percent(hostileBps)} hostile`)
        ]),
        notes: [strategiesNote, ...brokenPromises(runs.map(({ totals }) => totals))]
      }
    })
}

/** Hostile shares that decide alone. The checks must find violations here; otherwise they would be blind. */
const MAJORITIES = [5_100, 6_000]

export const majority: Scenario = {
  name: "majority",
  question: "Would the checks notice? With more than half of the stake hostile there must be wrong pairs and wrong verdicts.",
  run: (options) =>
    Effect.map(
      sweep(
        "majority",
        MAJORITIES.map((bps) => [bps, partOf(options.rounds, 20)] as const),
        options
      ),
      (runs): Section => ({
        name: majority.name,
        question: majority.question,
        figures: runs.flatMap(({ hostileBps, totals: { counts, roundsLost } }) => {
          const label = `, ${percent(hostileBps)} hostile`
          return [
            { name: `wrong pairs${label}`, value: counts.wrongPairs, unit: "count", bound: { atLeast: 1 } },
            { name: `wrong verdicts${label}`, value: counts.wrongVerdicts, unit: "count", bound: { atLeast: 1 } },
            { name: `wrong bits in a majority${label}`, value: counts.wrongBits, unit: "count", bound: { atLeast: 1 } },
            mustBeZero("promises of the contract broken", counts.broken.length, label),
            count("rounds lost to disagreement", roundsLost, label)
          ]
        }),
        notes: [
          strategiesNote,
          "The contract's own invariants (money, matches a miner, one vote a validator) hold whoever has the majority."
        ]
      })
    )
}
