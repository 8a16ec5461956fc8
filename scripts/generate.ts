/**
 * `npm run generate`: makes every generated file that takes only seconds. `-- --check` writes nothing and names stale files. Three kinds take minutes
 * and have commands of their own: docs/fairness/golden.json (npm run fairness -- --unchanged), wasm/grammars (scripts/grammars.ts), and the built contract and runtime
 * (contracts/…/build.sh).
 */
export {}

const check = process.argv.includes("--check") ? ["--check"] : []

const ARTEFACTS: ReadonlyArray<readonly [files: string, script: string]> = [
  ["src/contract-client (generated parts)", "scripts/generate-contract-client.ts"],
  ["docs/verdicts.md (its cases)", "scripts/verdicts.ts"],
  ["conformance (its outcomes)", "scripts/conformance.ts"],
  ["docs/reference/validator.md, docs/reference/dashboard.md, docs/reference/quality.md (their metrics)", "scripts/metrics.ts"],
  ["docs/operate.md (the data folder's files)", "scripts/data-folder.ts"],
  ["contracts/devnet-runtime/README.md (its differences from Finney)", "scripts/fidelity.ts"],
  ["docs/bittensor.md (what October 2026 changed)", "scripts/october.ts"],
  ["docs/security.md (where strangers' bytes enter)", "scripts/strangers-bytes.ts"],
  ["docs/world.md", "scripts/world.ts"],
  ["docs/reference/scoring.md (its languages)", "scripts/languages.ts"],
  ["docs/consensus.md (how often lies are found)", "scripts/lies.ts"],
  ["docs/fairness.md (what attacks earn)", "scripts/strategies.ts"],
  ["src/domain/linguist.generated.json", "scripts/linguist.ts"],
  ["docs/reference/quality.md (its checks and figures)", "scripts/quality.ts"],
  ["wasm/tree-counter/counter.wasm", "scripts/tree-counter.ts"],
  ["web/src/fonts", "scripts/fonts.ts"]
]

let failed = false
for (const [files, script] of ARTEFACTS) {
  const child = Bun.spawn([process.execPath, script, ...check], { stdout: "inherit", stderr: "inherit" })
  const status = await child.exited
  console.log(`${status === 0 ? (check.length > 0 ? "current" : "made   ") : "FAILED "} ${files}`)
  failed ||= status !== 0
}
process.exit(failed ? 1 : 0)
