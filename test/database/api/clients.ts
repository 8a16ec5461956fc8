/**
 * `npm run api:clients`: generators of clients make some from the API's description, and each reads two pages of a list, a tuple, an error and the
 * stream. Those in TypeScript are compiled too. Without the packages it is skipped with a message; OpenAPI Generator also needs Java.
 */
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { ask, fromPyPI, runs } from "../../support/api/described.ts"

const FROM_PYPI = [
  "openapi-python-client==0.29.1",
  "openapi-generator-cli==7.26.0",
  "pydantic==2.12.5",
  "urllib3==2.6.3",
  "python-dateutil==2.9.0.post0"
]
const FROM_NPM = ["@hey-api/openapi-ts@0.95.0", "openapi-typescript@7.13.0", "openapi-fetch@0.17.0", "typescript@5.9.3"]

/** npm's packages in a folder among the temporary files, installed once. */
const fromNpm = (): { readonly folder: string } | { readonly why: string } => {
  const folder = join(tmpdir(), `gittensor-clients-${Bun.hash(FROM_NPM.join()).toString(36)}`)
  const install = ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", ...FROM_NPM]
  return existsSync(join(folder, "package.json")) || runs("npm", ...install) ? { folder } : { why: "npm can't install them" }
}

interface Client {
  readonly name: string
  /** Makes it in the current folder. */
  readonly generated: (url: string) => ReadonlyArray<string>
  readonly file: string
  /** What it does; the address of the server is its argument. It prints an issue of each page, the first weight, the error's message, and the stream's first event. */
  readonly program: string
}

/** What each client prints about the seed. */
const WANTED = `3 1 [1,65535] the index has no match 999 hello`

const clients = (python: string, node: (name: string) => string): ReadonlyArray<Client> => [
  {
    name: "openapi-python-client",
    generated: (url) => [join(python, "openapi-python-client"), "generate", "--url", url, "--meta", "none", "--output-path", "made"],
    file: "use.py",
    program: `
import sys
from made import Client
from made.api.competitions import competitions_competition
from made.api.issues import issues_issues
from made.api.system import stream
from made.api.validators import validators_weights
client = Client(base_url=sys.argv[1])
one = issues_issues.sync(client=client, limit=2)
two = issues_issues.sync(client=client, limit=2, cursor=one.next_)
weight = validators_weights.sync(client=client).items[0].values[0]
error = competitions_competition.sync(999, client=client)
with client.get_httpx_client().stream(**stream._get_kwargs()) as answer:
    event = next(line for line in answer.iter_lines() if line.startswith("event: "))
print(one.items[0].id, two.items[0].id, str(weight).replace(" ", ""), error.message, event.removeprefix("event: "))
`
  },
  {
    name: "OpenAPI Generator",
    generated: (url) => [join(python, "openapi-generator-cli"), "generate", "-i", url, "-g", "python", "-o", "."],
    file: "use.py",
    program: `
import sys
from openapi_client import ApiClient, ApiException, CompetitionsApi, Configuration, IssuesApi, SystemApi, ValidatorsApi
client = ApiClient(Configuration(host=sys.argv[1]))
one = IssuesApi(client).issues_issues(limit=2)
two = IssuesApi(client).issues_issues(limit=2, cursor=one.next)
weight = ValidatorsApi(client).validators_weights().items[0].values[0]
try: CompetitionsApi(client).competitions_competition(999)
except ApiException as caught: error = caught.data
event = next(line for line in SystemApi(client).stream_without_preload_content() if line.startswith(b"event: "))
print(one.items[0].id, two.items[0].id, str(weight).replace(" ", ""), error.message, event.decode().strip().removeprefix("event: "))
`
  },
  {
    name: "@hey-api/openapi-ts",
    generated: (url) => [node("openapi-ts"), "-i", url, "-o", "made"],
    file: "use.ts",
    program: `
declare const process: { readonly argv: ReadonlyArray<string>; readonly exit: (code: number) => never }
import { client } from "./made/client.gen.ts"
import { competitionsCompetition, issuesIssues, stream, validatorsWeights } from "./made/sdk.gen.ts"
client.setConfig({ baseUrl: process.argv[2] ?? "" })
const one = (await issuesIssues({ query: { limit: 2 } })).data
const two = (await issuesIssues({ query: { limit: 2, cursor: one?.next ?? "" } })).data
const weight: [number, number] | undefined = (await validatorsWeights()).data?.items[0]?.values?.[0]
const { error } = await competitionsCompetition({ path: { id: 999 } })
const messages = (await stream()).stream
for await (const message of messages) {
  const event = "age" in message ? "hello" : "another"
  console.log(one?.items[0]?.id, two?.items[0]?.id, JSON.stringify(weight), error?.message, event)
  process.exit(0)
}
`
  },
  {
    name: "openapi-typescript",
    generated: (url) => [node("openapi-typescript"), url, "-o", "made.ts", "--array-length"],
    file: "use.ts",
    program: `
declare const process: { readonly argv: ReadonlyArray<string>; readonly exit: (code: number) => never }
import createClient from "openapi-fetch"
import type { paths } from "./made.ts"
const client = createClient<paths>({ baseUrl: process.argv[2] ?? "" })
const one = (await client.GET("/v1/issues", { params: { query: { limit: 2 } } })).data
const two = (await client.GET("/v1/issues", { params: { query: { limit: 2, cursor: one?.next ?? "" } } })).data
const weight: ReadonlyArray<number> | undefined = (await client.GET("/v1/weights")).data?.items[0]?.values?.[0]
const { error } = await client.GET("/v1/competitions/{id}", { params: { path: { id: 999 } } })
const { data } = await client.GET("/v1/stream", { parseAs: "stream" })
const reader = data?.pipeThrough(new TextDecoderStream()).getReader()
let text = ""
while (!/^event: .*\\n/m.test(text)) text += (await reader?.read())?.value ?? ""
console.log(one?.items[0]?.id, two?.items[0]?.id, JSON.stringify(weight), error?.message, /^event: (.*)/m.exec(text)?.[1])
process.exit(0)
`
  }
]

const COMPILING = "--noEmit --strict --skipLibCheck --target es2022 --module esnext --moduleResolution bundler --allowImportingTsExtensions"

/** Makes a client, compiles it, and runs it. The server is in this process, which therefore never blocks. */
const used = async ({ name, generated, file, program }: Client, url: string, python: string, packages: string): Promise<boolean> => {
  const folder = mkdtempSync(join(packages, "client-"))
  const said = async (command: ReadonlyArray<string>) => {
    const child = Bun.spawn([...command], { cwd: folder, stdin: "ignore", stdout: "pipe", stderr: "pipe" })
    const [out, err] = await Promise.all([new Response(child.stdout).text(), new Response(child.stderr).text()])
    return (await child.exited) === 0 ? { out } : { out, why: `${command[0]}: ${out.slice(-3_000)}${err.slice(-3_000)}` }
  }
  try {
    const isPython = file.endsWith(".py")
    writeFileSync(join(folder, file), program)
    const made = await said(generated(`${url}/openapi.json`))
    const compiled =
      isPython || made.why !== undefined ? made : await said([join(packages, "node_modules/.bin/tsc"), ...COMPILING.split(" "), file])
    const ran = compiled.why === undefined ? await said([isPython ? join(python, "python") : process.execPath, file, url]) : compiled
    const isRight = ran.out.trim() === WANTED
    console.log(isRight ? `${name}: good` : `${name}: ${ran.why ?? ran.out}`)
    return isRight
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

const [python, npm] = [fromPyPI(...FROM_PYPI), fromNpm()]
if ("why" in python) console.log(`skipped: generated clients of the API (${python.why})`)
else if ("why" in npm) console.log(`skipped: generated clients of the API (${npm.why})`)
else {
  const all = clients(python.bin, (name) => join(npm.folder, "node_modules/.bin", name))
  const able = runs("java", "-version") ? all : all.filter(({ name }) => name !== "OpenAPI Generator")
  await ask(able.map(({ name }) => name).join(", "), (url) =>
    Effect.map(
      Effect.forEach(able, (client) => Effect.promise(() => used(client, url, python.bin, npm.folder))),
      (right) => (right.every(Boolean) ? 0 : 1)
    )
  )
}
