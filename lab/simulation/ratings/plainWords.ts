/** Each section's result in prose. `of` returns a figure's value by its name, `figure` the figure itself. */
import type { Figure } from "../report/Report.ts"
import { PRICES, type Verdict, verdictOf } from "./sections/freshStarts.ts"

export type PlainWords = (of: (name: string) => string, figure: (name: string) => Figure) => ReadonlyArray<string>

const ranking: PlainWords = (of) => [
  "**In short:** after 8 matches per miner, ratings order the miners nearly as their skills do; after 16, even more closely.",
  `Rank correlation is 1 when two orders agree and 0 when they are unrelated. With skills spread by ± 200 points (the better of two random miners then wins about 3 of 4 matches) it is ${of("rank correlation at 8 matches, skills ± 200")} after 8 matches and ${of("rank correlation at 16 matches, skills ± 200")} after 16; with issues that nobody solves, ${of("rank correlation at 8 matches, skills ± 200, some expire")} and ${of("rank correlation at 16 matches, skills ± 200, some expire")}. A statistical fit to the same matches, which uses all of them at once, is hardly better.`,
  `The result depends on the spread of skills. At ± 150 points it is ${of("rank correlation at 8 matches, skills ± 150")} and ${of("rank correlation at 16 matches, skills ± 150")}: the bound of 0.75 and 0.85 is not met there. From ± 200 it is.`,
  `Predictions: log-loss measures how surprising the next result is. At ± 200 ours is ${of("log-loss above the Bradley-Terry fit at 8 matches, skills ± 200")} above the fit's at 8 matches and ${of("log-loss above Glicko-2 at 8 matches, skills ± 200")} above Glicko-2's. At ± 300 it is ${of("log-loss above the Bradley-Terry fit at 8 matches, skills ± 300")} above the fit's: more than our target of 0.03, because our ratings stay too close to 1500. They still order miners well, and pairs depend only on the order.`,
  `A K of 60 and then 30 with a half-life of 60 days would bring that to ${of("log-loss above the fit at 8 matches, skills ± 300, K 60/30, half-life 60 days")} at ± 300 with a rank correlation of ${of("rank correlation at 8 matches, skills ± 300, K 60/30, half-life 60 days")}, and would raise colluders' gains by half. It was only measured, and is not in use.`
]

const realRule: PlainWords = (of) => [
  "**In short:** where there is work for everybody, ratings reflect skills nearly as well as under random pairs, if absence is counted by time. As specified, absence is counted too often there, which hides much of the difference in skill. Where there is little work, most miners hardly play, and no rating can measure them.",
  `With 40 issues a day that each suit 30 % of the miners, the correlation after 60 days is ${of("rank correlation, plenty, 30 % suit")} as specified and ${of("rank correlation, plenty, 30 % suit, absence by time alone")} if absence is counted by time alone. The mean rating shows why: ${of("mean rating, plenty, 30 % suit")} against ${of("mean rating, plenty, 30 % suit, absence by time alone")}. A specialist, whom only 10 % of the issues suit, stays at ${of("mean rating, plenty, 10 % suit")} whatever it does.`,
  `With 4 issues a day it is ${of("rank correlation, scarce, 30 % suit")} as specified: a miner has ${of("matches a miner in the window, scarce, 30 % suit")} matches in the window.`,
  `An issue that nobody solves takes points from both competitors. Where issues are so hard that ${of("solved, plenty, hard issues, 100 % suit")} are solved, the mean rating is ${of("mean rating, plenty, hard issues, 100 % suit")}, and ${of("eligible of 256, plenty, hard issues, 100 % suit")} of 256 miners are eligible: the lower a rating, the less it loses to the phantom of 1500, and ratings move back to 1500, so nearly everybody stays far above 1200 (the lowest is at ${of("lowest rating, plenty, hard issues, 100 % suit")}). Where every issue is solved the mean stays at ${of("mean rating, plenty, easy issues, 100 % suit")}: the higher K of a miner's first matches hardly adds or removes points overall.`
]

const newcomers: PlainWords = (of) => [
  "**In short:** with work for everybody, newcomers wait a few days, until they are in the better half of a field. With little work they wait longer: not because of the rule, but because there are few places.",
  `With 40 issues a day ${of("newcomers paired within a week, plenty, the rule")} of the newcomers have their first match within a week (1 is all of them). With 4 a day ${of("newcomers paired within a week, scarce, the rule")} of them have it within a week and ${of("newcomers paired within 30 days, scarce, the rule")} within 30 days (the best two: ${of("newcomers paired within 30 days, scarce, the best two")}; by lot: ${of("newcomers paired within 30 days, scarce, by lot")}); the median wait is ${of("median wait of a newcomer, scarce, the rule")} days (the best two: ${of("median wait of a newcomer, scarce, the best two")}). With 1 a day, two places for 256 miners, ${of("newcomers paired within 30 days, rare, the rule")} have it within 30 days (by lot ${of("newcomers paired within 30 days, rare, by lot")}), and ${of("never paired in 90 days, rare, the rule")} of the old miners are in no match in 90 days (by lot ${of("never paired in 90 days, rare, by lot")}).`,
  `Where there is work for everybody, waiting for a field costs some matches: ${of("matches, plenty, the rule")} in 90 days instead of ${of("matches, plenty, the best two")}.`,
  `The tenth that won most has ${of("bounties of the tenth that won most, plenty, the rule")} of the bounties at 40 issues a day, ${of("bounties of the tenth that won most, scarce, the rule")} at 4 and ${of("bounties of the tenth that won most, rare, the rule")} at 1; the most skilled tenth has ${of("bounties of the most skilled tenth, plenty, the rule")}, ${of("bounties of the most skilled tenth, scarce, the rule")} and ${of("bounties of the most skilled tenth, rare, the rule")}. The difference between the two is luck: early winners get more chances to win. With the best two as the pair, the tenth that won most has ${of("bounties of the tenth that won most, scarce, the best two")} at 4 issues a day.`,
  `Other rules were measured for comparison; none is in use. With a lottery, bounties are spread more evenly (${of("bounties of the tenth that won most, scarce, by lot")} for the tenth that won most at 4 issues a day), but ${of("matches solved, scarce, by lot")} of the matches are solved instead of ${of("matches solved, scarce, the rule")}, and the mean skill of the winners is ${of("mean skill of who wins, scarce, by lot")} instead of ${of("mean skill of who wins, scarce, the rule")}.`
]

const LOSERS = ["scarce, skill 1300", "scarce, skill 1500", "plenty, skill 1300", "plenty, skill 1500"] as const

const CHANGES: Readonly<Record<Verdict, string>> = { pays: "gain", costs: "loss", "shows no effect": "chance" }

const freshStarts: PlainWords = (of, figure) => {
  const landedChangeOf = (loser: string, attack: string) => figure(`alpha gained, ${loser}: ${attack}`)
  const where = (attack: string, verdict: Verdict) => LOSERS.filter((loser) => verdictOf(landedChangeOf(loser, attack)) === verdict)
  const row = (attack: string) =>
    `| ${attack} | ${LOSERS.map((loser) => `${of(`alpha gained, ${loser}: ${attack}`)} ${CHANGES[verdictOf(landedChangeOf(loser, attack))]}`).join(" | ")} |`
  const paying = (attack: string) => {
    const found = where(attack, "pays")
    return found.length === 0 ? "brings nothing that can be told from chance" : `pays in ${found.length} of ${LOSERS.length} cases`
  }
  const [best] = where("registers anew", "pays").toSorted(
    (a, b) => landedChangeOf(b, "registers anew").value - landedChangeOf(a, "registers anew").value
  )
  const price = (tao: number) => of(`price of an alpha above which it pays, ${best}: registers anew, at ${tao} TAO a hotkey`)
  const newcomers = (loser: string, rule: string) => of(`newcomers paired within a week, ${loser}, ${rule}`)
  const byAccount = "registers anew, if matches belonged to the account"
  const handicap = "newcomers 100 points behind for 14 days"
  const behind = `registers anew, if ${handicap}`
  const others = (loser: string) => `alpha of each other miner, ${loser}: registers anew`
  return [
    `**In short:** a swapped hotkey ${paying("swaps")}, because a match belongs to the neuron; if matches belonged to the hotkey, it ${paying("swaps, if matches belonged to the hotkey").replace("pays", "would pay").replace("brings", "would bring")}. A new registration ${paying("registers anew")}, and ${paying("registers anew, only 60 points down")} for an attacker that waits until it is 60 points down${best === undefined ? "" : ". Only its price stands against that"}.`,
    `A loser that stays, of skill 1300, wins ${of("alpha of a miner of that skill who stays, scarce, skill 1300, the rule")} alpha in 60 days where issues are scarce and ${of("alpha of a miner of that skill who stays, plenty, skill 1300, the rule")} where there are plenty. What an attacker gains above that, and whether chance explains it:`,
    [
      `| alpha gained by one who | ${LOSERS.join(" | ")} |`,
      "|---|---|---|---|---|",
      ...[
        "registers anew",
        "registers anew, only 60 points down",
        "swaps",
        "swaps, if matches belonged to the hotkey",
        byAccount,
        behind
      ].map(row)
    ].join("\n"),
    best === undefined
      ? "So no price has to stand against a new registration."
      : `A registration pays for itself (${best}) when an alpha is worth more than ${price(PRICES.leastRegistration)} millionths of a TAO at the least price of ${PRICES.leastRegistration} TAO, and more than ${price(PRICES.firstRegistration)} at ${PRICES.firstRegistration} TAO. An attacker takes ${of(`new hotkeys, ${best}: registers anew`)} new hotkeys in 60 days and ends ${of(`points gained, ${best}: registers anew`)} points higher. Every other miner's bounties change by ${of(others(best))} alpha (${CHANGES[verdictOf(figure(others(best)))]}).`,
    `The last rows are rules that are not in use. Where a history follows the GitHub account,${where(byAccount, "pays").length === 0 ? "" : " a gain is left, because absences are counted from the registration on;"} a new account costs nothing, and validators could not agree on such a rule either ([a decision](decisions/github-account-carries-no-rating-to-another-uid.md) says why). Newcomers who begin behind others pay for it: ${newcomers("scarce, skill 1500", handicap)} of the honest ones would be paired within a week where issues are scarce instead of ${newcomers("scarce, skill 1500", "the rule")} (plenty: ${newcomers("plenty, skill 1500", handicap)} instead of ${newcomers("plenty, skill 1500", "the rule")}).`
  ]
}

const honestly = "16 colluders, plenty"

const colluders: PlainWords = (of) => [
  `**In short:** a cartel cannot fill a field often enough for its star to gain much. Where an issue suits 60 % of the miners, a star of 16 colluders in 256 gains ${of(`the star's gain, ${honestly}, 60 % suit: feed one star, simulate the round, else honest`)} points and a member that takes turns ${of(`a member's bounties over a lone miner's, ${honestly}, 60 % suit: take turns, simulate the round`)} alpha in 60 days. Where it suits 30 %, fields have fewer strangers: the star gains ${of(`the star's gain, ${honestly}, 30 % suit: feed one star, simulate the round, else honest`)} points, a member that takes turns ${of(`a member's bounties over a lone miner's, ${honestly}, 30 % suit: take turns, simulate the round`)} alpha. An honest miner earns ${of("an honest miner's bounties, plenty, 60 % suit")} and ${of("an honest miner's bounties, plenty, 30 % suit")} alpha there.`,
  `If they could choose who meets whom, 2, 4, 8 and 16 of them could give one star ${of("the most that 2 could give one star if they chose who meets whom")}, ${of("the most that 4 could give one star if they chose who meets whom")}, ${of("the most that 8 could give one star if they chose who meets whom")} and ${of("the most that 16 could give one star if they chose who meets whom")} points in 60 days: the rating rules alone set no limit of 60. The pairing rule must keep them apart.`,
  `Something pays that is no collusion: to enrol for every issue while one is busy. It is free and keeps a miner from being counted as absent. Where an issue suits 30 % of the miners it is worth ${of("points by enrolling for everything while busy, plenty, 30 % suit")} points and ${of("bounties by enrolling for everything while busy, plenty, 30 % suit")} alpha to a miner who does it alone (at 60 %: ${of("points by enrolling for everything while busy, plenty, 60 % suit")} and ${of("bounties by enrolling for everything while busy, plenty, 60 % suit")}). Cartels do it too, so their gains are counted above that.`,
  `Where issues are scarce, everybody is free and strangers are in every field: the star of 16 gains ${of("the star's gain, 16 colluders, scarce, 30 % suit: feed one star, simulate the round, else honest")} points and a member that takes turns ${of("a member's bounties over a lone miner's, 16 colluders, scarce, 30 % suit: take turns, simulate the round")} alpha.`,
  `60 points more, held for 60 days, are worth ${of("what 60 points more are worth, plenty, 60 % suit")} alpha to a miner where there are issues for all, and ${of("what 60 points more are worth, scarce, 60 % suit")} where they are scarce.`
]

const rules: PlainWords = (of) => [
  `**In short:** with the best two as the pair, the same cartel gains ${of("the star's gain, 16 colluders, the best two, 60 % suit: feed one star, simulate the round, else honest")} points for its star and ${of("a member's bounties over a lone miner's, 16 colluders, the best two, 60 % suit: take turns, simulate the round")} alpha for a member that takes turns, where the rule leaves it ${of("the star's gain, 16 colluders, the rule, 60 % suit: feed one star, simulate the round, else honest")} and ${of("a member's bounties over a lone miner's, 16 colluders, the rule, 60 % suit: take turns, simulate the round")}.`,
  `The rule's price in matches: ${of("matches in an honest season, the rule, 60 % suit")} in 60 days instead of ${of("matches in an honest season, the best two, 60 % suit")} where an issue suits 60 % of the miners, and ${of("matches in an honest season, the rule, 30 % suit")} instead of ${of("matches in an honest season, the best two, 30 % suit")} at 30 %.`,
  `A field that falls by one for each day that an issue has waited was measured, and is not in use. With it, the cartel that takes turns arranges ${of("arranged, 16 colluders, a field that falls by one a day, 60 % suit: take turns, simulate the round")} matches of its own (the rule: ${of("arranged, 16 colluders, the rule, 60 % suit: take turns, simulate the round")}), and a member's bounties exceed a lone miner's by ${of("a member's bounties over a lone miner's, 16 colluders, a field that falls by one a day, 60 % suit: take turns, simulate the round")} alpha (the rule: ${of("a member's bounties over a lone miner's, 16 colluders, the rule, 60 % suit: take turns, simulate the round")}). At 30 % it arranges ${of("arranged, 16 colluders, a field that falls by one a day, 30 % suit: take turns, simulate the round")} (the rule: ${of("arranged, 16 colluders, the rule, 30 % suit: take turns, simulate the round")}). An honest season has ${of("matches in an honest season, a field that falls by one a day, 60 % suit")} matches with it.`,
  `With two and four matches a miner, a member that takes turns has ${of("a member's bounties over a lone miner's, 16 colluders, the rule, 2 matches a miner: take turns, simulate the round")} and ${of("a member's bounties over a lone miner's, 16 colluders, the rule, 4 matches a miner: take turns, simulate the round")} alpha more (the best two: ${of("a member's bounties over a lone miner's, 16 colluders, the best two, 2 matches a miner: take turns, simulate the round")} and ${of("a member's bounties over a lone miner's, 16 colluders, the best two, 4 matches a miner: take turns, simulate the round")}; counting only the unoccupied as the field: ${of("a member's bounties over a lone miner's, 16 colluders, a field of the unoccupied, 2 matches a miner: take turns, simulate the round")} and ${of("a member's bounties over a lone miner's, 16 colluders, a field of the unoccupied, 4 matches a miner: take turns, simulate the round")}).`,
  `Somebody who adds hotkeys to a small subnet only to be counted can starve its issues: 48 miners have ${of("matches of the 48, the rule, 30 % suit, 48 miners and 0 for the count")} matches in 60 days, and ${of("matches of the 48, the rule, 30 % suit, 48 miners and 200 for the count")} when 200 hotkeys are added, where an issue suits 30 % of them; at 60 % it is ${of("matches of the 48, the rule, 60 % suit, 48 miners and 0 for the count")} and ${of("matches of the 48, the rule, 60 % suit, 48 miners and 200 for the count")}. Each of these hotkeys costs a registration and needs a GitHub account of its own.`
]

const absence: PlainWords = (of) => [
  `**In short:** sitting on a rating does not pay, and a short holiday is cheap where little happens. Where 20 matches begin each day, a week away costs ${of("points lost in 7 days, away, 20 matches begin a day")} points; counted by time alone it would cost ${of("points lost in 7 days, away, 20 matches begin a day, absence by time alone")}.`
]

const decided = "other medians, which hostile stake decided"
const misdirected = "weights paid to others than those who earned them, mean"

const consensus: PlainWords = (of) => [
  `**In short:** while hostile validators hold less stake than the honest ones that measured a score, nothing that they report or withhold moves it out of the range of honest values. Where all others measured it, it takes ${of("least hostile stake that decides a median, when all others measured")} % of all stake to decide it; with the gaps in honest reports that suit them best, ${of("least hostile stake that decides a median, with the gaps in honest reports that suit it best")} %. From ${of("least hostile stake that withholds the quorum")} % on they can withhold the quorum, so that weights are held.`,
  `In ${of("epochs, 33.33 % hostile")} epochs with 33.33 % hostile, they decided ${of(`${decided}, 33.33 % hostile`)} medians, because too few others had measured these; with 34 % ${of(`${decided}, 34 % hostile`)}, with 40 % ${of(`${decided}, 40 % hostile`)}, and with 45 % ${of(`${decided}, 45 % hostile`)}. Of the weights, ${of(`${misdirected}, 0 % hostile`)} % go to others than those who earned them when nobody is hostile, ${of(`${misdirected}, 33.33 % hostile`)} % at 33.33 %, ${of(`${misdirected}, 34 % hostile`)} % at 34 %, and ${of(`${misdirected}, 45 % hostile`)} % at 45 %.`,
  `Where less than a third of all stake measured a miner, its score is that of the settlement before: ${of("scores from the settlement before, of all, 33.33 % hostile")} % of all scores at 33.33 %, and ${of("scores from the settlement before, of all, 0 % hostile")} % when nobody is hostile.`,
  `A copy score of 1000 means that a report shows nothing of what is new, 0 that it shows all. Reports that copy last epoch's consensus, with errors as in honest ones, have ${of("copy score of a copy, mean, 33.33 % hostile")} on average, honest reports ${of("copy score of an honest validator, mean, 33.33 % hostile")}.`
]

/** The sentence about a network season: of a case (by its suffix, as `, 49 % hostile`), or of the only one. */
const seasonOf = (of: (name: string) => string, suffix = ""): string =>
  `${of(`rounds${suffix}`)} rounds had ${of(`matches${suffix}`)} matches, ${of(`verdicts${suffix}`)} verdicts and ${of(`bounties paid${suffix}`)} paid bounties, with ${of(`wrong pairs${suffix}`)} wrong pairs and ${of(`wrong verdicts${suffix}`)} wrong verdicts`

const honest: PlainWords = (of) => [
  `**In short:** they do. ${seasonOf(of)}; ${of("rounds lost to disagreement")} rounds were lost to disagreement.`
]

const unreliable: PlainWords = (of) => [
  `**In short:** nothing goes wrong, but less begins. ${seasonOf(of)}; ${of("rounds with fewer pairs than possible")} rounds started fewer pairs than possible, ${of("rounds without a pair")} none.`
]

const hostile: PlainWords = (of) => [
  `**In short:** nothing, up to 49 %. ${seasonOf(of, ", 49 % hostile")}, against ${of("hostile messages, 49 % hostile")} hostile messages; ${of("rounds lost to disagreement, 49 % hostile")} rounds were lost to disagreement, and ${of("solved matches that expired, 49 % hostile")} solved matches expired.`
]

const majority: PlainWords = (of) => [
  `**In short:** they would. With 51 % hostile there were ${of("wrong pairs, 51 % hostile")} wrong pairs and ${of("wrong verdicts, 51 % hostile")} wrong verdicts; the contract broke ${of("promises of the contract broken, 51 % hostile")} of its own promises.`
]

const partition: PlainWords = (of) => [
  `**In short:** pairs that do not start, and no wrong ones. Of ${of("rounds parted, 40 % cut from the chain")} rounds with 40 % cut from the chain, ${of("rounds meanwhile with fewer pairs than possible, 40 % cut from the chain")} started fewer pairs than possible; ${of("blocks to recover, 40 % cut from the chain")} blocks after it ended all was well. With 60 % cut it was ${of("rounds meanwhile with fewer pairs than possible, 60 % cut from the chain")}, and ${of("solved matches that expired, 60 % cut from the chain")} solved matches expired.`
]

const MINERS = ["honest", "flooder", "colluder", "swapper", "hasty", "latecomer", "loser", "squatter", "two-faced", "skipper"] as const

const miners: PlainWords = (of) => [
  `**In short:** milli-alpha in a hundred rounds: ${MINERS.map((name) => `${name} ${of(`bounties a miner, ${name}`)}`).join(", ")}. But for the honest, groups have two to four miners; [the study of colluders](#colluders) says what of such gains is chance.`
]

export const plainWords: Readonly<Record<string, PlainWords>> = {
  honest,
  unreliable,
  hostile,
  majority,
  partition,
  miners,
  consensus,
  ranking,
  "real-rule": realRule,
  newcomers,
  "fresh-starts": freshStarts,
  colluders,
  rules,
  absence
}
