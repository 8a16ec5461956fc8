/** The files of a validator's data folder: `validate` opens them, `doctor` checks them, and `npm run generate` writes the list in docs/operate.md. */
import { existsSync, rmSync } from "node:fs"
import { join } from "node:path"
import { Effect, Schema } from "effect"
import { formatPeriod } from "../../../domain/Blocks.ts"
import { GONE_FOR } from "../../../domain/Watch.ts"
import { HomeFolder } from "../../machine/process/HomeFolder.ts"
import { damageIn } from "../sqlite/sqlite.ts"

interface DataFile {
  readonly name: string
  readonly holds: string
  readonly ifDeleted: string
  /** Whether `doctor` looks for damage. Caches are skipped: they may be large, and a damaged one only costs time. */
  readonly checked: boolean
}

export const dataFiles = {
  journal: {
    name: "journal.sqlite",
    holds: "votes being sent, the transactions this validator sent, and which votes on outcomes it cast itself",
    ifDeleted: "the next start stands by for up to 72 minutes, and its earlier votes count as cast by hand",
    checked: true
  },
  enrolments: {
    name: "enrolments.sqlite",
    holds: "signed enrolments",
    ifDeleted: "they are fetched from other validators",
    checked: true
  },
  watches: {
    name: "watches.sqlite",
    holds: "what GitHub no longer shows, since when, and what was last known of it",
    ifDeleted: `what is gone counts as gone only after another ${formatPeriod(GONE_FOR)}`,
    checked: true
  },
  scores: {
    name: "scores",
    holds: "the signed report of each epoch (kept for a year) and its evidence (30 days), one file each",
    ifDeleted: "the average of weights starts again with the next epoch, and past reports cannot be shown",
    checked: false
  },
  rosters: {
    name: "rosters.sqlite",
    holds: "the rosters that mirrors served, which roster each epoch was scored by, and what the roster's signers signed",
    ifDeleted: "the roster is fetched again; until a mirror answers, contributions are not scored",
    checked: true
  },
  peerReports: {
    name: "peer-reports",
    holds: "the validators' committed reports (kept for a year), one file each",
    ifDeleted: "this epoch's reports are fetched from the validators that have them, and past ones cannot be shown",
    checked: false
  },
  equivocations: {
    name: "equivocations",
    holds: "proofs that validators signed two reports for one epoch (kept for a year), one JSON file each",
    ifDeleted: "this epoch's proofs are fetched from other validators",
    checked: false
  },
  challenges: {
    name: "challenges",
    holds: "which validators did not show records of their reports or showed wrong ones (kept for a year), one JSON file each",
    ifDeleted: "validators that failed the last epoch's challenge are included in the next epoch",
    checked: false
  },
  openings: {
    name: "openings",
    holds: "the records of reports that the challenge asked for (kept for a week), one file each",
    ifDeleted: "this epoch's records are requested again, and past ones cannot be shown",
    checked: false
  },
  settlements: {
    name: "settlements",
    holds: "the common scores of each epoch, one JSON file each",
    ifDeleted: "those since the last consensus are fetched from validators that hold more than half of the stake",
    checked: false
  },
  divergence: {
    name: "divergence",
    holds: "how this validator's own scores differed from the consensus in the last 100 epochs, in one signed file",
    ifDeleted: "it is computed again from settlements and reports",
    checked: false
  },
  quality: {
    name: "quality.sqlite",
    holds: "the findings about competitors' pull requests, and the work in progress on them",
    ifDeleted: "the pull requests of running matches are judged again, in a new order",
    checked: true
  },
  artefacts: {
    name: "artefacts",
    holds:
      "what supports these findings, such as the output of tests (kept for 30 days), one file each; GITTENSOR_ARTEFACTS names another place",
    ifDeleted: "the findings remain, but their links lead nowhere",
    checked: false
  },
  repositories: {
    name: "repositories",
    holds:
      "clones of the repositories of issues and of the roster, one folder each by GitHub's id: the history, the requested contents, and hashes of their lines",
    ifDeleted: "they are cloned again",
    checked: false
  },
  scored: {
    name: "scored.sqlite",
    holds: "cache of pull requests' scores",
    ifDeleted: "pull requests are scored again",
    checked: false
  },
  commits: {
    name: "commits.sqlite",
    holds: "cache of GitHub's answers about commits",
    ifDeleted: "GitHub is asked again",
    checked: false
  },
  trees: {
    name: "trees.sqlite",
    holds: "cache of parsed files",
    ifDeleted: "files are parsed again",
    checked: false
  }
} as const satisfies Record<string, DataFile>

export type DataFileKey = keyof typeof dataFiles

/** Files of earlier programs that nothing reads any more. */
const FORMER_FILES = ["absences.sqlite", "competitions.sqlite", "ratings.sqlite"]

/** Removes what earlier programs left in a folder, with SQLite's files beside it. Another one is left alone: whose it is is not known. */
export const removeFormer = (folder: string): void => {
  for (const name of FORMER_FILES) for (const beside of ["", "-wal", "-shm"]) rmSync(join(folder, `${name}${beside}`), { force: true })
}

export const pathIn = (folder: string, key: DataFileKey): string => join(folder, dataFiles[key].name)

/** A file belongs in the home folder, and there is none. */
export class NoHomeFolder extends Schema.TaggedError<NoHomeFolder>()("NoHomeFolder", { what: Schema.String, option: Schema.String }) {
  override get message() {
    return `there is no home folder for ${this.what}: HOME is not set, and this machine knows no user of this number. Give ${this.option}, or set HOME`
  }
}

/** A path in the home folder. `option`: the command's option for another path. */
export const inHome = (what: string, option: string, ...path: ReadonlyArray<string>): Effect.Effect<string, NoHomeFolder> =>
  Effect.flatMap(HomeFolder, (home) =>
    home === "" ? Effect.fail(new NoHomeFolder({ what, option })) : Effect.succeed(join(home, ".gittensor", ...path))
  )

export const defaultDataFolder = (hotkey: string): Effect.Effect<string, NoHomeFolder> => inHome("the data folder", "--data", hotkey)

/** Damaged files in a folder, each as "path: damage". Files that are missing or in use are not damaged. */
export const damagedFiles = (folder: string): ReadonlyArray<string> =>
  Object.values(dataFiles)
    .filter(({ checked }) => checked)
    .flatMap(({ name }) => {
      const file = join(folder, name)
      const damage = existsSync(file) ? damageIn(file) : undefined
      return damage === undefined ? [] : [`${file}: ${damage}`]
    })
