// Enables .githooks in this clone, unless the clone has hooks of its own. `npm run check` calls it first, because .npmrc keeps npm from running
// scripts by itself.
import { spawnSync } from "node:child_process"
import { existsSync } from "node:fs"
import { resolve } from "node:path"

const root = resolve(import.meta.dirname, "..")
const git = (...args) => spawnSync("git", ["config", "--local", ...args], { cwd: root, encoding: "utf8" })
if (existsSync(resolve(root, ".git")) && git("--get", "core.hooksPath").status === 1) git("core.hooksPath", ".githooks")
