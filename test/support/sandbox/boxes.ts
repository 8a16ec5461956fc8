/** Real sandboxes for tests, on machines that can start them. */
import { spawnSync } from "node:child_process"
import { chmodSync } from "node:fs"
import { Effect } from "effect"
import * as Bubblewrap from "../../../src/layers/machine/sandbox/bubblewrap/bubblewrapSandbox.ts"
import { type BoxRequest, Sandbox } from "../../../src/layers/machine/sandbox/Sandbox.ts"
import { folder } from "../folder.ts"

const trial = spawnSync("bwrap", ["--unshare-all", "--unshare-user", "--ro-bind", "/", "/", "true"], { encoding: "utf8" })

/** False without bubblewrap, and where user namespaces are forbidden. */
export const canBox = trial.status === 0
if (!canBox) console.log(`no sandbox here, so it is not tested: ${trial.error?.message ?? trial.stderr.trim()}`)

const boxed = (request: BoxRequest) => Effect.flatMap(Sandbox, (sandbox) => sandbox.run(request)).pipe(Effect.provide(Bubblewrap.layer))

/** Runs a /bin/sh script in a sandbox. */
export const shell = (script: string, request: Partial<BoxRequest> = {}) => boxed({ command: ["/bin/sh", "-c", script], ...request })

/** An empty folder that every user can read, removed when the scope closes. */
export const readableFolder = Effect.tap(folder, (path) => Effect.sync(() => chmodSync(path, 0o755)))
