/** What each section says to those who do not read tables. `of` gives a figure's value by its name. */

export type PlainWords = (of: (figure: string) => string) => ReadonlyArray<string>

const ranking: PlainWords = (of) => [
  "**In short:** after 8 games a miner the order of the ratings is close to the order of the skills, after 16 very close.",
  `Rank correlation is 1 where two orders agree and 0 where they have nothing to do with each other. With skills that lie ± 200 points apart (two miners picked by chance then win 3 of 5 to 3 of 4 against each other, rarely more) it is ${of("rank correlation at 8 games, skills ± 200")} after 8 games and ${of("rank correlation at 16 games, skills ± 200")} after 16; with issues that nobody solves, ${of("rank correlation at 8 games, skills ± 200, some expire")} and ${of("rank correlation at 16 games, skills ± 200, some expire")}. A statistician's fit to the same games, which may use all of them at once, does hardly better.`,
  `It depends on how far skills lie apart. At ± 150 points it is ${of("rank correlation at 8 games, skills ± 150")} and ${of("rank correlation at 16 games, skills ± 150")}: the bound of 0.75 and 0.85 is not met there. From ± 200 it is.`,
  `Predictions: log-loss says how surprised one is by what happens next. At ± 200 ours is ${of("log-loss above the Bradley-Terry fit at 8 games, skills ± 200")} above the fit's at 8 games and ${of("log-loss above Glicko-2 at 8 games, skills ± 200")} above Glicko-2's. At ± 300 it is ${of("log-loss above the Bradley-Terry fit at 8 games, skills ± 300")} above the fit's: more than the 0.03 that we aim at, because our ratings stay too near to 1500. They order miners well all the same, and order is what pairs are made by.`,
  `A K of 60 and then 30 with a half-life of 60 days would bring that to ${of("log-loss above the fit at 8 games, skills ± 300, K 60/30, half-life 60 days")} at ± 300 with a rank correlation of ${of("rank correlation at 8 games, skills ± 300, K 60/30, half-life 60 days")}, and would give colluders half as much again. It is measured, not switched on.`
]

const realRule: PlainWords = (of) => [
  "**In short:** where there is work for everybody, ratings find the skills nearly as well as under random pairs, if absence is counted by time. As specified, absence is counted too eagerly there, and hides much of it. Where there is little work, most miners hardly play, and no rating can know them.",
  `With 40 issues a day that each suit 30 % of the miners, the correlation after 60 days is ${of("rank correlation, plenty, 30 % suit")} as specified and ${of("rank correlation, plenty, 30 % suit, absence by time alone")} if absence is counted by time alone. The mean rating tells why: ${of("mean rating, plenty, 30 % suit")} against ${of("mean rating, plenty, 30 % suit, absence by time alone")}. A specialist, whom 10 % of the issues suit, sits at ${of("mean rating, plenty, 10 % suit")} whatever it does.`,
  `With 4 issues a day it is ${of("rank correlation, scarce, 30 % suit")} as specified: a miner has ${of("games a miner in the window, scarce, 30 % suit")} games in the window.`,
  `Issues that nobody solves take points from both. Where issues are so hard that ${of("solved, plenty, hard issues, 100 % suit")} are solved, the mean rating falls to ${of("mean rating, plenty, hard issues, 100 % suit")}, and ${of("eligible of 256, plenty, hard issues, 100 % suit")} of 256 miners are eligible: the loss to a phantom of 1500 ends the fall by itself.`
]

const newcomers: PlainWords = (of) => [
  "**In short:** with work for everybody nobody waits. With little work the live rule lets the best rated have most of it; a newcomer, at 1500, comes before all who have lost and after all who have won.",
  `With 40 issues a day a newcomer has its first competition within a week in ${of("newcomers paired within a week, plenty, live rule")} of the cases. With 4 a day it is ${of("newcomers paired within a week, scarce, live rule")} within a week and ${of("newcomers paired within 30 days, scarce, live rule")} within 30 days (1 is all of them); ${of("not paired in the last 30 days, scarce, live rule")} of all miners were in no competition during the last month. The tenth that won most has ${of("bounties of the tenth that won most, scarce, live rule")} of the bounties, and the most skilled tenth ${of("bounties of the most skilled tenth, scarce, live rule")}.`,
  `What a fairer rule costs: if waiting counts 5 points a day, ${of("not paired in the last 30 days, scarce, 5 points a day of waiting")} are idle for a month, and ${of("competitions solved, scarce, 5 points a day of waiting")} of the competitions are solved instead of ${of("competitions solved, scarce, live rule")}; the mean skill of the winners is ${of("mean skill of who wins, scarce, 5 points a day of waiting")} instead of ${of("mean skill of who wins, scarce, live rule")}. By lot it is ${of("mean skill of who wins, scarce, by lot")}.`
]

const colluders: PlainWords = (of) => [
  "**In short:** the limit of 60 points does not follow from the ratings. It rests on colluders not being able to choose whom they meet.",
  `If they could, 2, 4, 8 and 16 of them could give one star ${of("the most that 2 could give one star if they chose who meets whom")}, ${of("the most that 4 could give one star if they chose who meets whom")}, ${of("the most that 8 could give one star if they chose who meets whom")} and ${of("the most that 16 could give one star if they chose who meets whom")} points in 60 days.`,
  `Where issues are scarce they cannot arrange it: strangers with higher ratings are enrolled everywhere, and 16 colluders who try gain ${of("the star's gain, 16 colluders, scarce: feed one star, meet no strangers")} points for their star. Where there are more issues than miners, issues that nobody else is free for are theirs, and the star of 2, 4, 8 and 16 gains ${[2, 4, 8, 16].map((size) => of(`the star's gain, ${size} colluders, plenty: feed one star, meet no strangers`)).join(", ")} points. In bounties a member then has ${of("a member's bounties over an honest miner's, 16 colluders, plenty: feed one star, meet no strangers")} alpha more than an honest miner of the same skill, who wins ${of("an honest miner's bounties, plenty")} in the time.`,
  `A rule that was measured beside it lets an issue wait until 24 free miners are enrolled for it, and adds a draw of up to 100 points to each rating: the star of 16 then gains ${of("the star's gain, 16 colluders, plenty, field of 24 and a lot: feed one star, meet no strangers")}. It is not switched on.`
]

const absence: PlainWords = (of) => [
  `**In short:** sitting on a rating does not pay, and a short holiday is cheap where little happens. Where 20 competitions begin in a day a week away costs ${of("points lost in 7 days, away, 20 competitions begin a day")} points; counted by time alone it would cost ${of("points lost in 7 days, away, 20 competitions begin a day, absence by time alone")}.`
]

export const plainWords: Readonly<Record<string, PlainWords>> = { ranking, "real-rule": realRule, newcomers, colluders, absence }
