/** Runs the installed git's upload-pack on a bare repository, whose answers are those of GitHub's servers. */
import { behaviours } from "../../behaviours.ts"

behaviours({
  what: "git can omit file contents from a clone and fetch them by hash later.",
  sources: ["https://github.blog/open-source/git/get-up-to-speed-with-partial-clone-and-shallow-clone/"],
  test: "test/http/git/record.test.ts"
})

const SETTINGS = { "uploadpack.allowAnySHA1InWant": "true", "uploadpack.allowFilter": "true", "safe.directory": "*" } as const

const variables = (): Readonly<Record<string, string>> => {
  const entries = Object.entries(SETTINGS)
  return {
    GIT_CONFIG_COUNT: String(entries.length),
    ...Object.fromEntries(
      entries.flatMap(([key, value], index) => [
        [`GIT_CONFIG_KEY_${index}`, key],
        [`GIT_CONFIG_VALUE_${index}`, value]
      ])
    )
  }
}

const SERVICE = "# service=git-upload-pack\n"
const ANNOUNCEMENT = Buffer.from(`${(SERVICE.length + 4).toString(16).padStart(4, "0")}${SERVICE}0000`)

/** `kind`: the end of the request's path. `protocol`: the request's Git-Protocol header. */
export const uploadPack = async (
  folder: string,
  kind: "info/refs" | "git-upload-pack",
  input: Uint8Array,
  protocol: string | undefined
): Promise<{ readonly bytes: Uint8Array; readonly contentType: string }> => {
  const advertise = kind === "info/refs"
  const child = Bun.spawn(
    ["git", "upload-pack", "--stateless-rpc", "--strict", ...(advertise ? ["--http-backend-info-refs"] : []), folder],
    {
      stdin: new Blob([Uint8Array.from(input)]),
      stdout: "pipe",
      stderr: "ignore",
      env: {
        PATH: process.env.PATH ?? "",
        GIT_CONFIG_NOSYSTEM: "1",
        ...variables(),
        ...(protocol === undefined ? {} : { GIT_PROTOCOL: protocol })
      }
    }
  )
  const [output] = await Promise.all([new Response(child.stdout).bytes(), child.exited])
  return {
    bytes: advertise ? Buffer.concat([ANNOUNCEMENT, output]) : output,
    contentType: `application/x-git-upload-pack-${advertise ? "advertisement" : "result"}`
  }
}
