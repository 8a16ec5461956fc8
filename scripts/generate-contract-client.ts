/**
 * Writes src/contract-client/generated.ts, cells.generated.ts and artifact.generated.json from the contract's built file.
 * `--check` writes nothing and fails if one of them is stale.
 */
import { readFileSync } from "node:fs"
import { Schema } from "effect"
import { Artifact } from "./contract-client/metadata.ts"
import { render } from "./contract-client/render.ts"
import { renderCells } from "./contract-client/renderCells.ts"
import { settle } from "./settle.ts"

const artifactText = readFileSync(new URL("../contracts/issue-bounties/artifact/issue_bounties.contract", import.meta.url), "utf8")
const artifact = Schema.decodeUnknownSync(Schema.parseJson(Artifact))(artifactText)

settle("src/contract-client/generated.ts", render(artifact))
settle("src/contract-client/cells.generated.ts", renderCells(artifact))
settle("src/contract-client/artifact.generated.json", artifactText)
