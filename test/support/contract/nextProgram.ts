/** The program that a release with the made-up next edition of the contract would have. */
import { cpSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Schema } from "effect"
import { Artifact } from "../../../scripts/contract-client/metadata.ts"
import { render } from "../../../scripts/contract-client/render.ts"
import { renderCells } from "../../../scripts/contract-client/renderCells.ts"
import { root } from "../devnet/support.ts"
import { next } from "./editions.ts"

/** The modules of a program that tests use. */
export interface Program {
  readonly artifact: typeof import("../../../src/contract-client/artifact.ts")
  readonly readings: typeof import("../../../src/contract-client/readings.ts")
  readonly contract: typeof import("../../../src/layers/chain/contract/Contract.ts")
  readonly competitions: typeof import("../../../src/scoring/issue_competitions/IssueCompetitions.ts")
  readonly upkeep: typeof import("../../../src/scoring/issue_competitions/upkeep.ts")
  readonly round: typeof import("../../../src/scoring/issue_competitions/roundState.ts")
  readonly pass: typeof import("../../../src/dashboard/indexer/pass.ts")
  readonly head: typeof import("../../../src/dashboard/indexer/refresh/head.ts")
  readonly roundLoop: typeof import("../../../src/roles/validator/loops/round.ts")
  readonly upkeepLoop: typeof import("../../../src/roles/validator/loops/upkeep.ts")
  readonly sender: typeof import("../../../src/roles/validator/Sender.ts")
}

const programIn = (folder: string): Effect.Effect<Program> =>
  Effect.promise(async () => ({
    artifact: await import(join(folder, "src/contract-client/artifact.ts")),
    readings: await import(join(folder, "src/contract-client/readings.ts")),
    contract: await import(join(folder, "src/layers/chain/contract/Contract.ts")),
    competitions: await import(join(folder, "src/scoring/issue_competitions/IssueCompetitions.ts")),
    upkeep: await import(join(folder, "src/scoring/issue_competitions/upkeep.ts")),
    round: await import(join(folder, "src/scoring/issue_competitions/roundState.ts")),
    pass: await import(join(folder, "src/dashboard/indexer/pass.ts")),
    head: await import(join(folder, "src/dashboard/indexer/refresh/head.ts")),
    roundLoop: await import(join(folder, "src/roles/validator/loops/round.ts")),
    upkeepLoop: await import(join(folder, "src/roles/validator/loops/upkeep.ts")),
    sender: await import(join(folder, "src/roles/validator/Sender.ts"))
  }))

/** This program. */
export const today = programIn(root)

/**
 * The next edition's program: today's sources, with the client generated from that edition's metadata. It can load modules while its scope is open.
 */
export const nextProgram = Effect.acquireRelease(
  Effect.sync(() => mkdtempSync(join(tmpdir(), "gittensor-next-"))),
  (folder) => Effect.sync(() => rmSync(folder, { recursive: true, force: true }))
).pipe(
  Effect.tap((folder) =>
    Effect.sync(() => {
      for (const name of readdirSync(root)) if (name !== "src" && name !== ".git") symlinkSync(join(root, name), join(folder, name))
      cpSync(join(root, "src"), join(folder, "src"), { recursive: true })
      const artifact = Schema.decodeUnknownSync(Schema.parseJson(Artifact))(next.text)
      const client = join(folder, "src/contract-client")
      writeFileSync(join(client, "generated.ts"), render(artifact))
      writeFileSync(join(client, "cells.generated.ts"), renderCells(artifact))
      writeFileSync(join(client, "artifact.generated.json"), next.text)
    })
  ),
  Effect.flatMap(programIn)
)
