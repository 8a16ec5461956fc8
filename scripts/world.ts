/** Writes docs/world.md, the unexpected behaviours that the stand-ins imitate, from the declarations beside their code; `--check` only compares. */
import { declaredBehaviours } from "../lab/devnet/behaviours.ts"
import { newestRelease, releases } from "../lab/devnet/chain/releases.ts"
import { fileOf, loaded } from "./declared.ts"
import { settle } from "./settle.ts"

const STAND_INS: Readonly<Record<string, string>> = { github: "GitHub", chain: "The chain", judges: "Model servers" }

const linked = (sources: ReadonlyArray<string>): string => sources.map((source, index) => `[${index + 1}](${source})`).join(" ")

/** The behaviours with the files that declare them, by file. */
export const worldRows = async () => {
  const texts = await loaded("lab/devnet", /^\s*behaviours\(/m)
  return declaredBehaviours()
    .map((behaviour) => ({ ...behaviour, file: fileOf(texts, behaviour.what) }))
    .toSorted((a, b) => (a.file === b.file ? (a.what < b.what ? -1 : 1) : a.file < b.file ? -1 : 1))
}

const INTRODUCTION = `<!-- Written by npm run generate from the declarations beside the stand-ins' code. -->
# The world as it is

Tests, the demo and the dev chain ask stand-ins instead of GitHub and the main network. A stand-in is only as good as what it was compared with. This page lists where the
originals behave otherwise than a client would expect, where that was seen, and in which test the program meets it. The stand-in always shows most of these behaviours; a
test switches the others on.

How the dev chain's runtime differs from the main network's stands in [its own document](../contracts/devnet-runtime/README.md).
`

const RELEASES = `
## The chain's releases

What Subtensor's releases from July to November 2026 changed of what the program relies on. The dev chain has the rules of release ${newestRelease} but for what it leaves out (\`npm run fidelity\`).

| release | what changed | seen in | met in, or left out |
|--:|---|---|---|`

const releaseLines = (): ReadonlyArray<string> =>
  releases.map(({ here, number, pulls, what }) => {
    const sources = linked(pulls.map((pull) => `https://github.com/RaoFoundation/subtensor/pull/${pull}`))
    return `| ${number} | ${what} | ${sources} | ${"met" in here ? `\`${here.met.replace(/^test\//, "")}\`` : `left out: ${here.left}`} |`
  })

export const worldDocument = async (): Promise<string> => {
  const rows = await worldRows()
  const sections = Object.entries(STAND_INS).flatMap(([folder, title]) => {
    const own = rows.filter(({ file }) => file.startsWith(`lab/devnet/${folder}/`))
    if (own.length === 0) return []
    const lines = own.map(
      ({ what, sources, switch: by, file, test }) =>
        `| ${what} | ${linked(sources)} | ${by ?? "always"} | \`${file.replace(/^lab\/devnet\//, "")}\` | \`${test.replace(/^test\//, "")}\` |`
    )
    return ["", `## ${title}`, "", "| what it does | seen in | in the stand-in | played by | met in |", "|---|---|---|---|---|", ...lines]
  })
  return `${[INTRODUCTION.trimEnd(), ...sections, RELEASES, ...releaseLines()].join("\n")}\n`
}

if (import.meta.main) settle("docs/world.md", await worldDocument())
