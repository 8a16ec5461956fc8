/** Repositories made with git's own commands, as people and GitHub make them. */
import { spawnSync } from "node:child_process"
import { mkdirSync, rmSync, writeFileSync } from "node:fs"
import { dirname, join } from "node:path"

interface Who {
  readonly email?: string
  /** The author's timestamp in seconds since 1970; the committer's is an hour later. */
  readonly at?: number
}

/** A bare repository with a working tree beside it. */
export class Made {
  #at = 1_700_000_000
  constructor(
    /** The bare repository. */
    readonly bare: string,
    readonly tree: string
  ) {
    for (const folder of [bare, tree]) mkdirSync(folder, { recursive: true })
    this.#git({}, "init", "--quiet", "--bare", "--initial-branch=main", bare)
    this.#git({}, "init", "--quiet", "--initial-branch=main", tree)
  }

  #git({ email = "ada@example.com", at = this.#at }: Who, ...args: ReadonlyArray<string>): string {
    this.#at += 3_600
    const { status, stdout, stderr } = spawnSync("git", ["-C", this.tree, ...args], {
      encoding: "utf8",
      env: {
        PATH: process.env.PATH,
        GIT_CONFIG_GLOBAL: "/dev/null",
        GIT_CONFIG_NOSYSTEM: "1",
        GIT_AUTHOR_NAME: "ada",
        GIT_AUTHOR_EMAIL: email,
        GIT_AUTHOR_DATE: `${at} +0000`,
        GIT_COMMITTER_NAME: "GitHub",
        GIT_COMMITTER_EMAIL: "noreply@github.com",
        GIT_COMMITTER_DATE: `${at + 3_600} +0000`
      }
    })
    if (status !== 0) throw new Error(`git ${args.join(" ")}: ${stderr}${stdout}`)
    return stdout.trim()
  }

  git(...args: ReadonlyArray<string>): string {
    return this.#git({}, ...args)
  }

  /** Checks out a branch, which begins at `from` if it is new. */
  on(branch: string, from?: string): void {
    this.git("checkout", "--quiet", ...(from === undefined ? [branch] : ["-B", branch, from]))
  }

  /** Commits files on the current branch; null removes one. */
  commit(message: string, files: Readonly<Record<string, string | Uint8Array | null>>, who: Who = {}): string {
    for (const [path, content] of Object.entries(files)) {
      const file = join(this.tree, path)
      mkdirSync(dirname(file), { recursive: true })
      if (content === null) rmSync(file)
      else writeFileSync(file, content)
    }
    this.git("add", "--all")
    this.#git(who, "commit", "--quiet", "--allow-empty", "-m", message)
    return this.git("rev-parse", "HEAD")
  }

  /** Merges a branch into the current one with a merge commit. */
  merge(branch: string, message: string): string {
    this.git("merge", "--quiet", "--no-ff", "-m", message, branch)
    return this.git("rev-parse", "HEAD")
  }

  /** Squashes a branch into one commit of the current one. */
  squash(branch: string, message: string): string {
    this.git("merge", "--quiet", "--squash", branch)
    this.git("commit", "--quiet", "-m", message)
    return this.git("rev-parse", "HEAD")
  }

  revert(commit: string, ...flags: ReadonlyArray<string>): string {
    this.git("revert", "--no-edit", ...flags, commit)
    return this.git("rev-parse", "HEAD")
  }

  /** Publishes `main`, and other branches as heads of pull requests. */
  publish(pullRequests: Readonly<Record<number, string>> = {}): void {
    const heads = Object.entries(pullRequests).map(([number, branch]) => `+${branch}:refs/pull/${number}/head`)
    this.git("push", "--quiet", this.bare, "+main:refs/heads/main", ...heads)
  }
}
