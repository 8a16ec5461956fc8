/**
 * Bundles the page with Bun's own bundler, in a fifth of a second. So nothing built is committed: a program that runs from its sources bundles the page
 * when it serves it, and the executable contains what was bundled when it was built.
 */
import { readdirSync } from "node:fs"
import { basename, extname, join } from "node:path"
import { CHECK } from "../src/dashboard/api/definition/pages.ts"

const here = import.meta.dirname

/** The files below a folder, by their paths from here. */
const filesIn = (folder: string): ReadonlyArray<string> =>
  readdirSync(join(here, folder), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(here.length + 1)
        .replaceAll("\\", "/")
    )
    .toSorted()

const textOf = (path: string): Promise<string> => Bun.file(join(here, path)).text()

/** What a browser loads first: the names stand in index.html for whatever is bundled. */
const PAGE = { main: "src/main.tsx", styles: "src/styles/index.css" } as const
const FONT = "src/fonts/archivo.woff2"

/** What is loaded when it is first used. */
const isLoadedLater = (path: string) => /^src\/(pages\/[^/]+|components\/(Replay|Calibration)|exported\/follow)\.tsx?$/.test(path)
/** What any of these may use. */
const isShared = (path: string) => /^src\/(?!pages|exported)[^/]+\/.*(?<!\.d)\.tsx?$/.test(path) && !isLoadedLater(path)

const importOf = (path: string) => `import ${JSON.stringify(join(here, path))}\n`

/**
 * Modules that are on no disk, and sources that import one of them besides. By itself the bundler would make a file of each set of modules that the same
 * views share: sixty small files, which compress badly, and each of which is asked for by itself. Where all views import all that is shared, it is one.
 */
const madeModules = async (): Promise<Record<string, string>> => {
  const sources = filesIn("src")
  const shared = "src/shared.ts"
  const importing = [PAGE.main, ...sources.filter(isLoadedLater)].map(
    async (path) => [path, importOf(shared) + (await textOf(path))] as const
  )
  const texts = {
    ...Object.fromEntries(await Promise.all(importing)),
    [shared]: sources
      .filter(isShared)
      .map((path) => importOf(path))
      .join("")
  }
  return Object.fromEntries(Object.entries(texts).map(([path, text]) => [join(here, path), text]))
}

const hashOf = (content: string | Uint8Array): string => Bun.hash(content).toString(36).padStart(8, "0").slice(-8)

/** Bun's hashes depend on the folder in which it bundles, and each file names others by them. So all get the hash of everything, and a number. */
const renamed = (files: ReadonlyArray<readonly [name: string, text: string]>): ReadonlyArray<readonly [name: string, text: string]> => {
  const order = new Map(files.map(([name], index) => [name.slice(-8 - extname(name).length, -extname(name).length), index]))
  const replaced = (text: string, hash: string) =>
    text.replaceAll(/\b[0-9a-z]{8}\b/g, (word) => (order.has(word) ? `${hash}${order.get(word)}` : word))
  const whole = hashOf(files.map(([, text]) => replaced(text, "")).join())
  return files.map(([name, text]) => [replaced(name, whole), replaced(text, whole)])
}

const NAMES = "[name]-[hash].[ext]"

/** Scripts and styles. The typeface stays a file of its own, because the server's policy allows none within styles. */
const build = async (font: string, isReadable: boolean) => {
  const { success, outputs, metafile, logs } = await Bun.build({
    entrypoints: [join(here, PAGE.main), join(here, PAGE.styles)],
    files: await madeModules(),
    plugins: [
      { name: "typeface", setup: ({ onResolve }) => void onResolve({ filter: /\.woff2$/ }, () => ({ path: `./${font}`, external: true })) }
    ],
    target: "browser",
    format: "esm",
    splitting: true,
    minify: !isReadable,
    jsx: { runtime: "automatic", development: false },
    define: { "process.env.NODE_ENV": '"production"' },
    naming: { entry: NAMES, chunk: NAMES, asset: NAMES },
    metafile: true
  })
  if (!success || metafile === undefined) throw new AggregateError(logs, "the page could not be bundled")
  const files = renamed(await Promise.all(outputs.map(async (output) => [basename(output.path), await output.text()] as const)))
  const nameOf = (isIt: (output: Bun.BuildArtifact) => boolean) => files[outputs.findIndex(isIt)]?.[0] ?? ""
  return {
    files,
    script: nameOf(({ kind }) => kind === "entry-point"),
    styles: nameOf(({ path }) => path.endsWith(".css")),
    inputs: Object.keys(metafile.inputs)
  }
}

/** The check of a match: a page that is one file, so that it can be kept and compared. */
const CHECK_FOLDER = "verify"
/** What its check may ask: nodes (this machine's also without encryption) and GitHub. */
const ASKED = "wss: ws://127.0.0.1:* ws://localhost:* https://api.github.com"

const hashSource = (text: string): string => `'sha256-${Buffer.from(Bun.SHA256.hash(text).buffer).toString("base64")}'`

/** With script and styles inside, and a policy that allows these, the worker that the script starts from itself, and the addresses that it asks. */
const buildCheck = async (isReadable: boolean): Promise<{ readonly html: string; readonly inputs: ReadonlyArray<string> }> => {
  const { success, outputs, metafile, logs } = await Bun.build({
    entrypoints: [join(here, CHECK_FOLDER, "main.ts"), join(here, CHECK_FOLDER, "verify.css")],
    target: "browser",
    format: "iife",
    minify: !isReadable,
    metafile: true
  })
  if (!success || metafile === undefined) throw new AggregateError(logs, "the check of a match could not be bundled")
  const [script = "", styles = ""] = await Promise.all(
    [".js", ".css"].map(async (ending) => (await outputs.find(({ path }) => path.endsWith(ending))?.text())?.trim())
  )
  if (/<\/script|<!--/i.test(script)) throw new Error("the check's script would end within its own text")
  const policy = [
    "default-src 'none'",
    `script-src ${hashSource(script)}`,
    `style-src ${hashSource(styles)}`,
    "worker-src blob:",
    "img-src data:",
    `connect-src ${ASKED}`,
    "base-uri 'none'",
    "form-action 'none'"
  ].join("; ")
  const parts: ReadonlyArray<readonly [empty: string, filled: string]> = [
    ['Policy" content=""', `Policy" content="${policy}"`],
    ["<style></style>", `<style>${styles}</style>`],
    ["<script></script>", `<script>${script}</script>`]
  ]
  const html = parts.reduce((made, [empty, filled]) => made.replace(empty, () => filled), await textOf(`${CHECK_FOLDER}/index.html`))
  return { html, inputs: Object.keys(metafile.inputs) }
}

export interface Bundle {
  /** The contents of all files by their paths at the server, in base64. Those in `/assets/` have a hash in their names. */
  readonly files: Readonly<Record<string, string>>
  /** The paths of what they were made from. */
  readonly inputs: ReadonlyArray<string>
}

/** `isReadable`: for its developers, with the names that the sources give to components. */
export const bundle = async ({ isReadable = false }: { readonly isReadable?: boolean } = {}): Promise<Bundle> => {
  const typeface = await Bun.file(join(here, FONT)).bytes()
  const font = `${basename(FONT, extname(FONT))}-${hashOf(typeface)}${extname(FONT)}`
  const [{ files, script, styles, inputs }, check] = [await build(font, isReadable), await buildCheck(isReadable)]
  const names: Readonly<Record<string, string>> = { [PAGE.main]: script, [PAGE.styles]: styles, [FONT]: font }
  const index = (await textOf("index.html")).replaceAll(/"\/(src\/[^"]+)"/g, (_, source: string) => `"/assets/${names[source]}"`)
  const contents: ReadonlyArray<readonly [path: string, content: string | Uint8Array]> = [
    ["/index.html", index],
    [CHECK, check.html],
    [`/assets/${font}`, typeface],
    ...files.map(([name, text]) => [`/assets/${name}`, text] as const),
    ...(await Promise.all(
      filesIn("public").map(async (path) => [path.slice("public".length), await Bun.file(join(here, path)).bytes()] as const)
    ))
  ]
  return {
    files: Object.fromEntries(contents.map(([path, content]) => [path, Buffer.from(content).toString("base64")])),
    inputs: [...inputs, ...check.inputs]
  }
}
