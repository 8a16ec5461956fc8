/** Every reader of outside input declares it (`src/domain/strangersBytes.ts`), or is listed here with the reason why no stranger writes the input. */
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { root, sources } from "../../support/sources.ts"

/** The ways by which bytes enter the program. Tasks' answers are exempt: `makeTask` declares them. */
const ENTRANCES: ReadonlyArray<readonly [name: string, pattern: RegExp]> = [
  [
    "asks over HTTP",
    /\bglobalThis\.fetch\b|(?<![.\w])fetch\(\s*(?:new URL|url|["`'])|\{[^}]*\banswerTo\b[^}]*\} from|HttpClient\.HttpClient\b/
  ],
  [
    "uses sockets",
    /import (?!\{ (?:(?:BlockList|isIP\w*)(?:, )?)+ \})[^;]*? from "node:(?:net|tls|http|https|http2|dgram)"|Bun\.(?:connect|udpSocket)\(/
  ],
  ["uses web sockets", /new (?:WebSocket|WsProvider|EventSource)\(/],
  ["listens", /Bun\.(?:serve|listen)\(|HttpServer\.serve|Listener\.make\(/],
  ["reads standard input", /process\.stdin\b|Bun\.stdin\b/],
  ["starts programs", /Bun\.spawn(?:Sync)?\(|from "node:child_process"|CommandExecutor\.CommandExecutor\b/],
  ["opens a box", /yield\* Sandbox\b|\{[^}]*\bopen\b[^}]*\} = yield\* Confined\b/],
  ["reads a repository", /from "[^"]*\/git\/git\.ts"/],
  ["unpacks", /\b(?:gunzip|inflate(?:Raw)?|unzip|brotliDecompress|zstdDecompress)(?:Sync)?\b|DecompressionStream/]
]

const DECLARES = /\b(?:strangersBytes|makeTask)\(/

/** Exemptions: an entrance, files (a file, a folder, or the end of a name), and why no stranger writes what they read, or who declares it. */
const OTHERS: ReadonlyArray<readonly [entrance: string, files: ReadonlyArray<string>, why: string]> = [
  ["reads standard input", ["cli/", "layers/machine/terminal/"], "the operator types, pipes a file in, or holds it open"],
  [
    "reads standard input",
    ["layers/machine/confined/serveTask.ts", "layers/machine/sandbox/network/proxy.ts"],
    "the process that started it writes"
  ],
  ["starts programs", ["lab/demo/", "layers/machine/confined/", "layers/machine/sandbox/"], "this program again, or bubblewrap with it"],
  ["starts programs", ["lab/sandbox/"], "attacks of our own, to test the box"],
  ["starts programs", ["layers/machine/terminal/", "layers/machine/process/"], "a tool of this machine, of which nothing is read"],
  ["starts programs", ["lab/devnet/"], "git, for the stand-in's own repositories"],
  ["starts programs", ["layers/git/git.ts"], "only tasks run git"],
  ["reads a repository", ["layers/git/", "Worker.ts"], "only tasks run git"],
  ["opens a box", ["lab/sandbox/"], "attacks of our own, to test the box"],
  ["opens a box", ["lab/demo/"], "the demo's own repositories"],
  ["uses sockets", ["layers/machine/sandbox/"], "ends of the proxy, which proxyBox.ts declares"],
  ["uses sockets", ["lab/sandbox/"], "attacks of our own, to test the box"],
  ["uses sockets", ["layers/machine/http/Listener.ts"], "whoever listens declares what it reads"],
  ["uses sockets", ["layers/storage/durable/provenSockets.ts"], "only peers that proved who they are are read"],
  ["uses sockets", ["layers/storage/database/embedded.ts"], "the embedded database's own socket"],
  ["uses sockets", ["layers/storage/database/address.ts"], "this machine's list of certificate authorities"],
  [
    "asks over HTTP",
    ["layers/machine/http/boundedAnswer.ts", "layers/github/client/tokenRequest.ts"],
    "whoever asks hands its declaration over"
  ],
  ["asks over HTTP", ["lab/demo/"], "the demo asks its own validators"],
  ["listens", ["lab/devnet/", "lab/demo/"], "stand-ins for the developer's own programs"],
  ["unpacks", ["layers/machine/http/boundedAnswer.ts"], "whoever asks hands its declaration over"],
  [
    "unpacks",
    ["layers/storage/dataFolder/", "layers/parsing/", "layers/storage/sqlite/kept.ts"],
    "this program's own data folder, or a part of it"
  ],
  ["unpacks", ["lab/devnet/"], "parts of this program, and what git itself sends to the stand-in"],
  [
    "unpacks",
    ["layers/storage/database/engineFiles.ts", "dashboard/api/page/embedded.ts", "dashboard/api/sharing/picture/render.ts"],
    "parts of this program"
  ],
  ["unpacks", ["scoring/oss_contributions/score/rulesText.ts"], "the process that started the worker packs"]
]

const textOf = (file: string): string => readFileSync(join(root, file), "utf8")

const found = sources.flatMap((file) => {
  const text = textOf(file)
  if (DECLARES.test(text)) return []
  return ENTRANCES.filter(([, pattern]) => pattern.test(text)).map(([entrance]) => ({
    file,
    entrance,
    excuse: OTHERS.find(
      ([name, names]) =>
        name === entrance && names.some((one) => file.startsWith(one) || file.startsWith(`src/${one}`) || file.endsWith(one))
    )
  }))
})

describe("strangers' bytes", () => {
  it("enter only where a declaration says so", () => {
    assert.deepStrictEqual(
      found.filter(({ excuse }) => excuse === undefined),
      []
    )
  })

  it("have no excuse that nobody needs", () => {
    const unused = OTHERS.filter((excuse) => !found.some((one) => one.excuse === excuse))
    assert.deepStrictEqual(unused, [])
  })

  it("are declared with tests that exist", () => {
    const tests = sources.flatMap((file) => {
      const text = textOf(file)
      return DECLARES.test(text) ? [...text.matchAll(/^\s+test: "([^"]+)"/gm)].flatMap(([, test]) => test ?? []) : []
    })
    assert.isNotEmpty(tests)
    assert.deepStrictEqual(
      tests.filter((test) => !existsSync(join(root, test))),
      []
    )
  })
})
