/** Repositories that attack their reader. Each consists of a few objects, however many paths it names. */
import { spawnSync } from "node:child_process"
import { createHash } from "node:crypto"
import { existsSync, mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { deflateSync } from "node:zlib"

/** Runs git in a repository, and returns its output. */
const git = (folder: string, args: ReadonlyArray<string>, input: string | Uint8Array = ""): string => {
  const { status, stdout, stderr } = spawnSync("git", ["-C", folder, "-c", "user.name=a", "-c", "user.email=a@example.com", ...args], {
    input,
    encoding: "utf8",
    maxBuffer: 64 << 20,
    env: { PATH: process.env.PATH, GIT_CONFIG_GLOBAL: "/dev/null", GIT_CONFIG_NOSYSTEM: "1" }
  })
  if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}`)
  return stdout.trim()
}

/** An entry of a tree. */
export interface Entry {
  readonly mode: "100644" | "100755" | "120000" | "160000" | "40000"
  readonly name: string
  readonly object: string
}

/** A bare repository into which any objects can be written, including invalid ones. */
export class Forge {
  constructor(readonly folder: string) {
    mkdirSync(folder, { recursive: true })
    git(folder, ["init", "--quiet", "--bare", "--initial-branch=main"])
  }

  /** Writes an object without git's validation. */
  #write(kind: "blob" | "tree", content: Uint8Array): string {
    const bytes = Buffer.concat([Buffer.from(`${kind} ${content.length}\0`), content])
    const name = createHash("sha1").update(bytes).digest("hex")
    const folder = join(this.folder, "objects", name.slice(0, 2))
    mkdirSync(folder, { recursive: true })
    const file = join(folder, name.slice(2))
    if (!existsSync(file)) writeFileSync(file, deflateSync(bytes, { level: 1 }))
    return name
  }

  blob(content: string | Uint8Array): string {
    return this.#write("blob", Buffer.from(content))
  }

  tree(entries: ReadonlyArray<Entry>): string {
    return this.#write(
      "tree",
      Buffer.concat(entries.map(({ mode, name, object }) => Buffer.concat([Buffer.from(`${mode} ${name}\0`), Buffer.from(object, "hex")])))
    )
  }

  file(name: string, content: string): Entry {
    return { mode: "100644", name, object: this.blob(content) }
  }

  link(name: string, target: string): Entry {
    return { mode: "120000", name, object: this.blob(target) }
  }

  folderOf(name: string, entries: ReadonlyArray<Entry>): Entry {
    return { mode: "40000", name, object: this.tree(entries) }
  }

  /** A commit of a tree, with a branch. */
  commit(branch: string, tree: string, parent?: string): string {
    const commit = git(this.folder, ["commit-tree", tree, "-m", branch, ...(parent === undefined ? [] : ["-p", parent])])
    git(this.folder, ["update-ref", `refs/heads/${branch}`, commit])
    return commit
  }
}

const BASE: Readonly<Record<string, string>> = {
  "package.json": '{"type":"module","scripts":{"test":"node --test"}}',
  "twice.js": "export const twice = (n) => n + 1\n",
  "twice.test.js":
    'import test from "node:test"\nimport assert from "node:assert"\nimport { twice } from "./twice.js"\ntest("one", () => assert.equal(twice(1), 2))\n'
}

const sorted = (entries: ReadonlyArray<Entry>): ReadonlyArray<Entry> =>
  entries.toSorted((one, other) =>
    `${one.name}${one.mode === "40000" ? "/" : ""}` < `${other.name}${other.mode === "40000" ? "/" : ""}` ? -1 : 1
  )

/** Many names for one object: 10 to the power of `levels` files from one tree per level. */
const bomb = (forge: Forge, levels: number, object: string, width = 10): Entry => {
  const names = Array.from({ length: width }, (_, index) => `f${String(index).padStart(3, "0")}`)
  let tree = forge.tree(names.map((name) => ({ mode: "100644", name, object })))
  for (let level = 1; level < levels; level++) tree = forge.tree(names.map((name) => ({ mode: "40000", name, object: tree })))
  return { mode: "40000", name: "bomb", object: tree }
}

export interface Hostile {
  /** The head's additions to an ordinary base. */
  readonly adds: (forge: Forge, outside: string) => ReadonlyArray<Entry>
  /** Whether the gate must still report on the head: a budget must not stop ordinary work. */
  readonly isReadable: boolean
}

const MEBIBYTE = 1_048_576

/** By attack. `outside`: a file of this machine that no task may ever see. */
export const HOSTILE = {
  "a link to a file outside": { adds: (forge, outside) => [forge.link("gradle", outside)], isReadable: true },
  "a link to a folder outside": { adds: (forge, outside) => [forge.link("wallets", join(outside, ".."))], isReadable: true },
  "two links to the root": { adds: (forge) => [forge.link("a", "."), forge.link("b", ".")], isReadable: true },
  "a loop of links": { adds: (forge) => [forge.link("a", "b"), forge.link("b", "a")], isReadable: true },
  "a link in the place of a folder with tests": {
    adds: (forge, outside) => [forge.link("tests", join(outside, "..")), forge.folderOf("spec", [forge.file("a.test.js", "")])],
    isReadable: true
  },
  "ten million files": { adds: (forge) => [bomb(forge, 7, forge.blob("x"))], isReadable: false },
  "a hundred thousand files": { adds: (forge) => [bomb(forge, 5, forge.blob("x"))], isReadable: true },
  "six gigabytes of files": { adds: (forge) => [bomb(forge, 2, forge.blob(new Uint8Array(60 * MEBIBYTE)))], isReadable: true },
  "a file of 600 megabytes": {
    adds: (forge) => [{ mode: "100644", name: "huge", object: forge.blob(new Uint8Array(600 * MEBIBYTE)) }],
    isReadable: true
  },
  "three thousand vendored files": {
    adds: (forge) => [
      forge.folderOf(
        "vendor",
        Array.from({ length: 3_000 }, (_, index) =>
          forge.file(`m${String(index).padStart(4, "0")}.js`, `export const value${index} = ${index}\n`)
        )
      )
    ],
    isReadable: true
  },
  "a tree five thousand folders deep": {
    adds: (forge) => {
      let entry: Entry = forge.file("a", "x")
      for (let depth = 0; depth < 5_000; depth++) entry = forge.folderOf("d", [entry])
      return [entry]
    },
    isReadable: true
  },
  "names that differ in case only": { adds: (forge) => [forge.file("README", "a"), forge.file("readme", "b")], isReadable: true },
  "a file in .git": {
    adds: (forge) => [forge.folderOf(".git", [forge.file("config", "[core]\n\tfsmonitor = false\n")])],
    isReadable: true
  },
  "a path with two dots": { adds: (forge) => [forge.folderOf("..", [forge.file("escaped", "x")])], isReadable: true },
  "a filter and hooks": {
    adds: (forge) => [
      forge.file(".gitattributes", "* filter=evil diff=evil merge=evil\n"),
      forge.folderOf("hooks", [{ mode: "100755", name: "post-checkout", object: forge.blob("#!/bin/sh\ntouch /box/work/hooked\n") }])
    ],
    isReadable: true
  },
  "a submodule that fetches": {
    adds: (forge) => [
      forge.file(
        ".gitmodules",
        '[submodule "s"]\n\tpath = s\n\turl = ext::sh -c touch% /box/work/fetched\n\tupdate = !touch /box/work/updated\n'
      ),
      { mode: "160000", name: "s", object: "1".repeat(40) }
    ],
    isReadable: true
  },
  "a path with a line break and an escape": { adds: (forge) => [forge.file("a\n\u001b[2Jb.js", "x")], isReadable: true }
} as const satisfies Readonly<Record<string, Hostile>>

/** A repository with an ordinary base and a hostile head. `outside`: see `HOSTILE`. */
export const hostileRepository = (folder: string, { adds }: Hostile, outside: string): { readonly base: string; readonly head: string } => {
  const forge = new Forge(folder)
  const ordinary = Object.entries(BASE).map(([name, content]) => forge.file(name, content))
  const base = forge.commit("main", forge.tree(sorted(ordinary)))
  const fixed = ordinary.map((entry) => (entry.name === "twice.js" ? forge.file("twice.js", "export const twice = (n) => n * 2\n") : entry))
  return { base, head: forge.commit("fix", forge.tree(sorted([...fixed, ...adds(forge, outside)])), base) }
}

/** Settings of a local repository that make git run programs or contact servers. `mark`: the file that a run program would create. */
export const hostileSettings = (folder: string, mark: string): void => {
  const run = join(folder, "run.sh")
  writeFileSync(run, `#!/bin/sh\ntouch ${mark}\n`, { mode: 0o755 })
  for (const [key, value] of [
    ["core.fsmonitor", run],
    ["core.hooksPath", folder],
    ["core.sshCommand", run],
    ["core.pager", run],
    ["diff.external", run],
    ["filter.evil.smudge", run],
    ["gpg.program", run],
    ["log.showSignature", "true"],
    ["protocol.allow", "always"],
    ["protocol.ext.allow", "always"],
    ["remote.origin.url", `ext::sh -c ${run}`],
    ["remote.origin.promisor", "true"],
    ["remote.origin.partialclonefilter", "blob:none"],
    ["extensions.partialClone", "origin"],
    ["core.repositoryformatversion", "1"],
    ["uploadpack.packObjectsHook", run],
    ["core.alternateRefsCommand", run]
  ] as const)
    git(folder, ["config", key, value])
}
