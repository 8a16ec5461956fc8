/** The web page from its bundler (web/bundle.ts): bundled at run time, or when this executable was built. */
import { Effect } from "effect"
import { IS_COMPILED } from "../../../layers/machine/process/ownProgram.ts"
import { CHECK } from "../definition/pages.ts"

export interface PageFile {
  readonly contentType: string
  readonly bytes: Uint8Array
}

export interface Page {
  /** The HTML of all views. */
  readonly index: PageFile
  /** The page's Content Security Policy. */
  readonly policy: string
  /** The page's other files by path. A file whose path contains a content hash never changes. */
  readonly files: ReadonlyMap<string, PageFile>
  /** The check of a match, a page of one file with a policy of its own; undefined: this page has none. */
  readonly check?: PageFile | undefined
  /** What each view preloads, by the view's name. */
  readonly scripts: ReadonlyMap<string, ReadonlyArray<string>>
}

/** A view's own script: a component with the view's name. */
const OWN_SCRIPT = /^(\/assets\/)(\w)(\w*)Page-/

/** For each view, the paths of its script and of the scripts that it imports, without those that the HTML names already. */
const scriptsIn = (files: Page["files"], html: string): Page["scripts"] =>
  new Map(
    [...files].flatMap(([path, { bytes }]) => {
      const [, folder = "", first = "", rest = ""] = OWN_SCRIPT.exec(path) ?? []
      if (first === "") return []
      const imports = Buffer.from(bytes)
        .toString()
        .matchAll(/(?:from|import)"\.\/([^"]+)"/g)
      const imported = [...imports].map(([, file = ""]) => folder + file)
      return [[first.toLowerCase() + rest, [path, ...imported.filter((one) => files.has(one) && !html.includes(one))]] as const]
    })
  )

const TYPES: Readonly<Record<string, string>> = {
  css: "text/css; charset=utf-8",
  html: "text/html; charset=utf-8",
  js: "text/javascript; charset=utf-8",
  png: "image/png",
  svg: "image/svg+xml",
  txt: "text/plain; charset=utf-8",
  webmanifest: "application/manifest+json",
  woff2: "font/woff2"
}

const typeOf = (path: string) => TYPES[path.slice(path.lastIndexOf(".") + 1)] ?? "application/octet-stream"

/** GitHub's avatars, the only content from another host. */
const AVATARS = "https://avatars.githubusercontent.com"

/** Allows the page's script files and the inline script that sets the theme before the first paint. */
const policyFor = (html: string): string => {
  const hashes = [...html.matchAll(/<script(?:\s[^>]*)?>([\s\S]*?)<\/script>/g)].map(
    ([, script = ""]) => `'sha256-${Buffer.from(Bun.SHA256.hash(script).buffer).toString("base64")}'`
  )
  return [
    "default-src 'none'",
    `script-src 'self' ${hashes.join(" ")}`,
    "style-src 'self'",
    `img-src 'self' data: ${AVATARS}`,
    "font-src 'self'",
    "manifest-src 'self'",
    "connect-src 'self'",
    "frame-ancestors 'none'",
    "base-uri 'none'",
    "form-action 'none'"
  ].join("; ")
}

const INDEX = "/index.html"
/** The chain and contract whose matches the page shows. */
export interface Network {
  readonly genesis: string
  readonly contract: string
  /** Nodes that readers' browsers may ask: `ws://…` or `wss://…`. Empty: those that the file names for the main network. */
  readonly endpoints: ReadonlyArray<string>
}

const NETWORK = /(<meta name="gittensor-network" content=")(")/
const POLICY = /<meta http-equiv="Content-Security-Policy" content="([^"]*)"/

/** The check with the network of this page, which it shows in amber: only what a release itself names needs no trust in who serves it. */
export const checkFor = ({ bytes, contentType }: PageFile, network: Network | undefined): PageFile => {
  if (network === undefined) return { bytes, contentType }
  const content = JSON.stringify(network).replace(/[&"<>]/g, (character) => `&#${character.charCodeAt(0)};`)
  return {
    contentType,
    bytes: new TextEncoder().encode(
      new TextDecoder().decode(bytes).replace(NETWORK, (_, start: string, end: string) => start + content + end)
    )
  }
}

/** The policy that the check carries itself, and what only a header can say. */
export const policyOfCheck = ({ bytes }: PageFile): string =>
  `${POLICY.exec(new TextDecoder().decode(bytes))?.[1] ?? "default-src 'none'"}; frame-ancestors 'none'`

/** `contents`: of all files, in base64, by path. */
export const pageOf = (contents: Readonly<Record<string, string>>): Page => {
  const { [INDEX]: index = "", [CHECK]: check, ...others } = contents
  const fileOf = (path: string, content: string): PageFile => ({
    contentType: typeOf(path),
    bytes: new Uint8Array(Buffer.from(content, "base64"))
  })
  const html = Buffer.from(index, "base64").toString()
  const files = new Map(Object.entries(others).map(([path, content]) => [path, fileOf(path, content)]))
  return {
    index: fileOf(INDEX, index),
    policy: policyFor(html),
    files,
    check: check === undefined ? undefined : fileOf(CHECK, check),
    scripts: scriptsIn(files, html)
  }
}

const files = async () =>
  IS_COMPILED ? await (await import("./embedded.ts")).files() : (await (await import("../../../../web/bundle.ts")).bundle()).files

/** Built once per process. */
export const built: Effect.Effect<Page> = Effect.runSync(Effect.cached(Effect.map(Effect.promise(files), pageOf)))
