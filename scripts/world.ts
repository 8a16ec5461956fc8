/** Writes docs/world.md, the unexpected behaviours that the simulations imitate, from the declarations beside their code; `--check` only compares. */
import { declaredBehaviours } from "../lab/devnet/behaviours.ts"
import { newestRelease, releases } from "../lab/devnet/chain/releases.ts"
import { fileOf, loaded } from "./declared.ts"
import { settle } from "./settle.ts"

const STAND_INS: Readonly<Record<string, string>> = { github: "GitHub", chain: "The chain", judges: "Model servers" }

const linked = (sources: ReadonlyArray<string>): string => sources.map((source, index) => `[${index + 1}](${source})`).join(" ")

/** The first source of a behaviour; the declaration has the others. */
const shown = ([first, ...others]: ReadonlyArray<string>): string => `[source](${first})${others.length > 0 ? ` + ${others.length}` : ""}`

/** The behaviours with the files that declare them, by file. */
export const worldRows = async () => {
  const texts = await loaded("lab/devnet", /^\s*behaviours\(/m)
  return declaredBehaviours()
    .map((behaviour) => ({ ...behaviour, file: fileOf(texts, behaviour.what) }))
    .toSorted((a, b) => (a.file === b.file ? (a.what < b.what ? -1 : 1) : a.file < b.file ? -1 : 1))
}

const INTRODUCTION = `<!-- Written by npm run generate from the declarations beside the simulations' code. -->
# The world as it is

Tests, the demo and the dev chain use simulations of GitHub, the main network and model servers. This page lists the surprising behaviours that they copy: what the original
does, where it was seen, how a test switches it on (most are always on), and which test shows that the program handles it. Only the first source is linked here ("+ 1": there
is another). All sources are in the declarations in \`lab/devnet\`, beside the code that imitates the behaviour.
[The dev chain's own document](../contracts/devnet-runtime/README.md) lists how its runtime differs from the main network's.
`

const RELEASES = `
## The chain's releases

What Subtensor's releases from July to November 2026 changed for this program. The dev chain follows release ${newestRelease}, except for the rows marked "left out" (\`npm run fidelity\` lists them).

| release | change | source | test, or why it is left out |
|--:|---|---|---|`

const REPOSITORY = "https://github.com/RaoFoundation/subtensor"
const RELEASE_469 = "370bac46fa8cf602c4f8283a0635b3a8b4675394"

const releaseLines = (): ReadonlyArray<string> =>
  releases.map(({ files = [], here, number, pulls = [], what }) => {
    const sources = linked([
      ...pulls.map((pull) => `${REPOSITORY}/pull/${pull}`),
      ...files.map((file) => `${REPOSITORY}/blob/${RELEASE_469}/${file}`)
    ])
    return `| ${number} | ${what} | ${sources} | ${"met" in here ? `\`${here.met.replace(/^test\//, "")}\`` : `left out: ${here.left}`} |`
  })

export const worldDocument = async (): Promise<string> => {
  const rows = await worldRows()
  const sections = Object.entries(STAND_INS).flatMap(([folder, title]) => {
    const own = rows.filter(({ file }) => file.startsWith(`lab/devnet/${folder}/`))
    if (own.length === 0) return []
    const lines = own.map(
      ({ what, sources, switch: by, test }) => `| ${what} | ${shown(sources)} | ${by ?? "always"} | \`${test.replace(/^test\//, "")}\` |`
    )
    return ["", `## ${title}`, "", "| what it does | seen in | switched on by | test |", "|---|---|---|---|", ...lines]
  })
  return `${[INTRODUCTION.trimEnd(), ...sections, RELEASES, ...releaseLines()].join("\n")}\n`
}

if (import.meta.main) settle("docs/world.md", await worldDocument())
