/**
 * Reads a server's references. `git ls-remote` lists all of a repository's references, which are megabytes where there are many pull requests, and
 * `git fetch` does not return HEAD's target. So this drives git's HTTP helper, in version 2 of the protocol: https://git-scm.com/docs/protocol-v2
 */
import { Effect } from "effect"
import { GitRefused, git, gitText } from "../git.ts"

const MEBIBYTE = 1_048_576

export interface References {
  /** HEAD's target, without `refs/heads/`. */
  readonly branch: string | undefined
  readonly commits: ReadonlyMap<string, string>
}

/** A pkt-line: its length, including the four digits of the length, and its payload. */
const packet = (text: string): string => `${(Buffer.byteLength(text) + 4).toString(16).padStart(4, "0")}${text}`

const [FLUSH, DELIMITER] = ["0000", "0001"] as const

/** The pkt-lines of an answer; empty for flush and delimiter packets. */
const packetsOf = (bytes: Uint8Array): ReadonlyArray<string> => {
  const packets: Array<string> = []
  for (let at = 0; at + 4 <= bytes.length; ) {
    const length = Number.parseInt(Buffer.from(bytes.subarray(at, at + 4)).toString("latin1"), 16)
    if (!Number.isInteger(length)) break
    packets.push(length <= 4 ? "" : Buffer.from(bytes.subarray(at + 4, at + length)).toString())
    at += Math.max(4, length)
  }
  return packets
}

const BRANCH = /^(?:refs\/heads\/)?/

/** Lists these references alone. Fails where the server does not know version 2. */
const namedOnly = Effect.fn("namedOnly")(function* (folder: string, url: string, names: ReadonlyArray<string>) {
  const helper = url.startsWith("https:") ? "remote-https" : "remote-http"
  const prefixes = ["HEAD", ...names].map((name) => packet(`ref-prefix ${name}\n`))
  const output = yield* git(folder, [helper, "origin", url], {
    network: true,
    most: MEBIBYTE,
    settings: ["protocol.version=2"],
    input: "stateless-connect git-upload-pack\n",
    reply: { after: /0000$|fallback\n$/, input: [packet("command=ls-refs\n"), DELIMITER, packet("symrefs\n"), ...prefixes, FLUSH].join("") }
  })
  // The helper's own answer is an empty line. The server's first packets list its capabilities.
  const packets = packetsOf(output.subarray(1))
  if (packets[0] !== "version 2\n") return yield* new GitRefused({ operation: helper, why: "the server does not know version 2" })
  const lines = packets.slice(packets.indexOf("") + 1).map((line) => line.trimEnd().split(" "))
  const target = lines.find(([, name]) => name === "HEAD")?.find((part) => part.startsWith("symref-target:"))
  const found: References = {
    branch: target?.slice("symref-target:".length).replace(BRANCH, ""),
    commits: new Map(lines.flatMap(([commit = "", name]) => (name === undefined ? [] : [[name, commit] as const])))
  }
  return found
})

/** Lists all references and filters them. */
const listAndFilter = Effect.fn("listed")(function* (folder: string, url: string, names: ReadonlyArray<string>) {
  const text = yield* gitText(folder, ["ls-remote", "--symref", "--end-of-options", url, "HEAD", ...names], {
    network: true,
    most: MEBIBYTE
  })
  const lines = text.split("\n").map((line) => line.split("\t"))
  const symbolic = lines.find(([value = "", name]) => name === "HEAD" && value.startsWith("ref: "))
  const found: References = {
    branch: symbolic?.[0]?.replace("ref: ", "").replace(BRANCH, ""),
    commits: new Map(lines.flatMap(([value = "", name = ""]) => (value.startsWith("ref: ") ? [] : [[name, value] as const])))
  }
  return found
})

/** HEAD's branch, and the commits of HEAD and of these references, as far as the server shows them. */
export const referencesOf = (folder: string, url: string, names: ReadonlyArray<string>) =>
  namedOnly(folder, url, names).pipe(
    Effect.catchIf(
      (failed) => failed._tag === "GitRefused" && !failed.isBeyondLimit,
      () => listAndFilter(folder, url, names)
    )
  )
