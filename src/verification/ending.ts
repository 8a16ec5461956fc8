/** The steps about a match's end: the ballot, the settlement and the payment. */
import { Option } from "effect"
import { cellOf, cells } from "../contract-client/cells.ts"
import { RELEASED } from "../contract-client/edition.ts"
import type { Competition, Issue } from "../contract-client/generated.ts"
import { sameOutcome } from "../contract-client/outcome.ts"
import { leavingIn, outcomeVotesIn } from "../contract-client/readings.ts"
import { expiresFrom, quorumOf, standingOf, waitOf, weighedBy, weightsNoted } from "../contract-client/standing.ts"
import type { AccountAddress } from "../domain/Account.ts"
import { DUST } from "../domain/Collateral.ts"
import { aroundMatch, blockOf, choiceOf, endOf } from "./Case.ts"
import type { Check } from "./Check.ts"
import type { Claims } from "./claims.ts"
import { differences } from "./differences.ts"
import { Untold } from "./errors.ts"
import { contractAt, stakeAt } from "./node/state.ts"
import type { Difference } from "./results.ts"

const CHANGES = cellOf(cells.changes)

/** The hotkeys on the list of validators, as one text. */
const listedIn = (validators: ReadonlyArray<{ readonly hotkey: AccountAddress }>): string =>
  validators
    .map(({ hotkey }) => hotkey)
    .toSorted()
    .join()

export const ballot: Check = async (reader, which) => {
  const { claims } = which
  const { end, issue } = claims
  const code = await contractAt(reader, which.contract, await blockOf(reader, which, end.at - 1))
  // The third edition waited as the match began, and a removal silenced nobody before it was applied.
  const isThird = RELEASED.get(code?.codeHash ?? "") === 3
  const before = await aroundMatch(reader, which, `the ballot on the end of issue ${issue}`, end.at - 1, (values, of) => {
    const leaving = leavingIn(isThird ? [] : Option.getOrElse(values.of(CHANGES), () => []), end.at)
    return {
      config: values.always(of.config),
      competition: values.always(of.match),
      listed: listedIn(values.always(of.listed[0])),
      votes: outcomeVotesIn(issue, values).filter(({ validator }) => !leaving.has(validator))
    }
  })
  // Settling notes what validators have, and counts by these notes.
  const noted = await aroundMatch(reader, which, "validators' noted stake", end.at, (values, of) => {
    if (values.always(of.root).woundUpAt !== null) throw new Untold("the subnet had ended, after which votes weigh otherwise")
    const listed = values.always(of.listed[0])
    return { ...weightsNoted(listed), listed: listedIn(listed) }
  })
  const votes = weighedBy(noted, before.votes)
  const { quorumBps } = before.config
  const wait = isThird ? before.competition.challengePeriod : waitOf(before.competition, before.config)
  const terms = { block: end.at, wait, totalWeight: noted.total, quorumBps }
  const standing = standingOf(votes, terms)
  const choice = choiceOf(claims)
  const late = new Set((claims.votes ?? []).flatMap(({ since, validator }) => (since === end.at ? [validator] : [])))
  const counted = <Vote extends { readonly validator: AccountAddress; readonly weight: bigint }>(list: ReadonlyArray<Vote>) =>
    Object.fromEntries(list.filter(({ validator }) => !late.has(validator)).map((vote) => [vote.validator, vote]))
  const found = votes.map(({ choice: voted, since, validator, weight }) => {
    const passed = choice !== null && sameOutcome(voted, choice)
    return { validator, since, weight, passed }
  })
  const isStanding = standing.state === "settleable"
  const needed = `at least ${quorumOf(terms)} of ${noted.total} rao that stood for ${wait} blocks`
  const passes = isStanding && choice !== null && standing.choice !== null && sameOutcome(standing.choice, choice)
  const expires = expiresFrom(before.competition, wait)
  const because: ReadonlyArray<Difference> =
    end.status === "Expired"
      ? [
          ...(isStanding ? [{ what: "what could be settled", claimed: "nothing", found: JSON.stringify(standing.choice) }] : []),
          ...(end.at >= expires
            ? []
            : [{ what: "the first block in which it may expire", claimed: `${end.at} at the latest`, found: `${expires}` }])
        ]
      : passes
        ? []
        : [
            {
              what: "the votes for this end",
              claimed: needed,
              found:
                standing.choice === null ? "no votes" : `${standing.weight} rao for ${JSON.stringify(standing.choice)}: ${standing.state}`
            }
          ]
  const differ = [
    ...(claims.votes === null ? [] : differences("the votes", counted(claims.votes), counted(found.filter(({ weight }) => weight > 0n)))),
    ...(claims.totalWeight === null ? [] : differences("what all validators weighed", claims.totalWeight, noted.total)),
    ...because
  ]
  if (differ.length > 0 && before.listed !== noted.listed)
    throw new Untold("the list of validators changed in the block of the end, and no block says in which order")
  if (differ.length === 0 && late.size > 0)
    throw new Untold("a vote is said to have been cast in the block of the end itself, of which the ballot before it has nothing")
  const fact =
    end.status === "Expired"
      ? `nothing could be settled, and from block ${expires} on anyone might expire it`
      : `${standing.weight} of ${noted.total} rao stood for this end for the whole challenge period of ${wait} blocks; needed: ${quorumOf(terms)}`
  return { facts: [fact], differences: differ }
}

/** What an issue may be right after its match ended so. */
const issuesAfter = ({ end, payment }: Claims): ReadonlyArray<Issue["status"]["_tag"]> => {
  if (end.status === "Won") return payment?.at === end.at ? ["Paid"] : ["Solved"]
  if (end.status === "Void" && end.reason._tag !== "Dissolved") return ["Cancelled"]
  return ["Open", "Competing"]
}

export const settlement: Check = async (reader, which) => {
  const { a, b, end, issue, match } = which.claims
  const read = (block: number) =>
    aroundMatch(reader, which, `match ${match} and issue ${issue}`, block, (values, of) => ({
      match: Option.getOrNull(values.of(of.match)),
      issue: Option.getOrNull(values.of(of.issue))
    }))
  const [before, after] = await Promise.all([read(end.at - 1), read(end.at)])
  if (after.match === null || after.issue === null)
    return {
      facts: [],
      differences: differences(`in block ${end.at}`, { match, issue }, { match: after.match?.id, issue: after.issue?.id })
    }
  const named = ({ hotkey, coldkey, uid }: typeof a | Competition["a"]) => ({ uid, hotkey, coldkey })
  const allowed = issuesAfter(which.claims)
  const { number, repository, status } = after.issue
  const ended = after.match.status
  return {
    issue: { id: issue, repository, number, pullRequest: ended._tag === "Won" ? ended.pullRequest : undefined },
    facts: [
      `match ${match} ran until block ${end.at - 1}; since block ${end.at} it is ${end.status}, and issue ${issue} is ${status._tag}`
    ],
    differences: [
      ...differences("the match before", "Running", before.match?.status._tag),
      ...differences("the end", end, endOf(after.match)),
      ...differences(
        "the match",
        { issue, a: named(a), b: named(b) },
        { issue: after.match.issue, a: named(after.match.a), b: named(after.match.b) }
      ),
      ...(allowed.includes(status._tag) ? [] : [{ what: "the issue after", claimed: allowed.join(" or "), found: status._tag }])
    ]
  }
}

export const payment: Check = async (reader, which) => {
  const { end, issue, match, payment: claimed } = which.claims
  if (claimed === null) {
    const status = await aroundMatch(reader, which, `issue ${issue}`, end.at, (values, of) => values.always(of.issue).status._tag)
    return {
      facts: [end.status === "Won" ? "no payment is claimed, and none had been made when it was settled" : "such an end pays nothing"],
      differences: status === "Paid" ? [{ what: "the payment", claimed: "none", found: `paid in block ${end.at}` }] : []
    }
  }
  if (end.status !== "Won") return { facts: [], differences: [{ what: "the payment", claimed: "one", found: "only a solution is paid" }] }
  const side = end.winner === "a" ? 0 : 1
  const read = async (block: number) => {
    const found = await aroundMatch(reader, which, `the payment of issue ${issue}`, block, (values, of) => {
      const { netuid, treasuryHotkey } = values.always(of.config)
      const payee = Option.getOrNull(values.of(of.payees[side]))
      return { issue: values.always(of.issue), payee, paid: values.always(of.root).paid, netuid, treasuryHotkey }
    })
    const stake = await stakeAt(
      reader,
      { hotkey: found.treasuryHotkey, coldkey: claimed.coldkey, netuid: found.netuid },
      await blockOf(reader, which, block)
    )
    return { ...found, stake }
  }
  const [before, after] = await Promise.all([read(claimed.at - 1), read(claimed.at)])
  const winner = end.winner === "a" ? which.claims.a : which.claims.b
  const rose = after.stake - before.stake
  const differ = [
    ...(before.issue.status._tag === "Paid"
      ? [{ what: `issue ${issue} in block ${claimed.at - 1}`, claimed: "not paid", found: "Paid" }]
      : []),
    ...differences(`issue ${issue} in block ${claimed.at}`, "Paid", after.issue.status._tag),
    ...differences("the match that is paid", match, after.issue.competition),
    ...differences("the amount", claimed.amount, after.issue.funded),
    ...differences("the recipient", claimed.coldkey, after.payee ?? winner.coldkey),
    ...(after.paid - before.paid >= claimed.amount
      ? []
      : [
          {
            what: "what the contract counts as paid in this block",
            claimed: `${claimed.amount} rao`,
            found: `${after.paid - before.paid} rao`
          }
        ])
  ]
  // Whoever gets stake may move it on in the same block.
  if (differ.length === 0 && rose < claimed.amount - DUST)
    throw new Untold(
      `the contract counts ${claimed.amount} rao as paid, but the recipient's stake behind the treasury's hotkey rose by ${rose} rao alone: it may have moved the rest in the same block`
    )
  return {
    facts: [`${claimed.coldkey} had ${rose} rao more behind the treasury's hotkey after block ${claimed.at} than before it`],
    differences: differ
  }
}
