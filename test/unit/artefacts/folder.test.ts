/** Artefacts in a folder. */
import { existsSync, readdirSync, symlinkSync, utimesSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { ConfigProvider, Duration, Effect } from "effect"
import { digestOf } from "../../../src/domain/quality/Artefact.ts"
import * as Artefacts from "../../../src/layers/storage/objects/Artefacts.ts"
import { folderObjects } from "../../../src/layers/storage/objects/folderObjects.ts"
import { folder } from "../../support/folder.ts"

const bytesOf = (text: string) => new TextEncoder().encode(text)
const textOf = ({ bytes }: Artefacts.Artefact) => new TextDecoder().decode(bytes)
const fileOf = (path: string, digest: string, ending: string) => join(path, digest.slice(0, 2), `${digest}.${ending}`)

const inFolder = <A, E>(use: (path: string) => Effect.Effect<A, E, Artefacts.Artefacts>) =>
  Effect.scoped(Effect.flatMap(folder, (path) => Effect.provide(use(path), Artefacts.layerFolder(path))))

describe("artefacts in a folder", () => {
  it.live("are files that are named by their content, written by many at once", () =>
    inFolder((path) =>
      Effect.gen(function* () {
        const artefacts = yield* Artefacts.Artefacts
        const digests = yield* Effect.forEach(
          Array.from({ length: 40 }, (_, index) => `output ${index % 4}`),
          (text) => artefacts.put(bytesOf(text), "text/plain"),
          {
            concurrency: "unbounded"
          }
        )
        assert.strictEqual(new Set(digests).size, 4)
        const files = readdirSync(path, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
        assert.lengthOf(files, 4)
        assert.strictEqual(textOf(yield* artefacts.get(digestOf(bytesOf("output 3")))), "output 3")
        assert.isTrue(existsSync(fileOf(path, digestOf(bytesOf("output 0")), "txt")))
      })
    )
  )

  it.live("are an error where the file holds something else", () =>
    inFolder((path) =>
      Effect.gen(function* () {
        const artefacts = yield* Artefacts.Artefacts
        const digest = yield* artefacts.put(bytesOf("{}"), "application/json")
        writeFileSync(fileOf(path, digest, "json"), "[]")
        const error = yield* Effect.flip(artefacts.get(digest))
        assert.strictEqual(
          error.message,
          `${path} holds something else under the name of the artefact ${digest}: it was damaged or changed there`
        )
        yield* artefacts.put(bytesOf("{}"), "application/json")
        assert.strictEqual(textOf(yield* artefacts.get(digest)), "{}")
        assert.strictEqual((yield* Effect.flip(artefacts.get(digestOf(bytesOf("none")))))._tag, "ArtefactNotFound")
      })
    )
  )

  it.live("are deleted after their time; other files stay", () =>
    inFolder((path) =>
      Effect.gen(function* () {
        const artefacts = yield* Artefacts.Artefacts
        const old = yield* artefacts.put(bytesOf("old"), "text/plain")
        const young = yield* artefacts.put(bytesOf("young"), "text/plain")
        writeFileSync(join(path, "notes.txt"), "mine")
        for (const file of [fileOf(path, old, "txt"), join(path, "notes.txt")]) utimesSync(file, 1, 1)
        assert.strictEqual(yield* artefacts.prune(Duration.days(30)), 1)
        assert.deepStrictEqual([yield* artefacts.has(old), yield* artefacts.has(young)], [false, true])
        assert.isTrue(existsSync(join(path, "notes.txt")))
      })
    )
  )

  it.live("leave nothing behind that a killed process had begun", () =>
    Effect.gen(function* () {
      const path = yield* folder
      yield* folderObjects(path, "private")
      const [abandoned, running] = [join(path, ".unfinished/a"), join(path, ".unfinished/b")]
      for (const file of [abandoned, running]) writeFileSync(file, "half")
      utimesSync(abandoned, 1, 1)
      const store = yield* folderObjects(path, "private")
      assert.deepStrictEqual([existsSync(abandoned), existsSync(running)], [false, true])
      assert.deepStrictEqual(yield* store.list, [])
    }).pipe(Effect.scoped)
  )

  it.live("say why the folder can't be used", () =>
    Effect.gen(function* () {
      const path = yield* folder
      writeFileSync(join(path, "file"), "")
      symlinkSync("nowhere", join(path, "link"))
      for (const name of ["file", "link"]) {
        const error = yield* Effect.flip(folderObjects(join(path, name), "private"))
        assert.include(error.message, `${join(path, name)} can't be used to keep files: `)
      }
    }).pipe(Effect.scoped)
  )

  it.live("lie where GITTENSOR_ARTEFACTS says, and otherwise in the data folder", () =>
    Effect.gen(function* () {
      const path = yield* folder
      const where = (env: Readonly<Record<string, string>>) =>
        Effect.map(Artefacts.Artefacts, (artefacts) => artefacts.where).pipe(
          Effect.provide(Artefacts.layerConfig(join(path, "data"))),
          Effect.withConfigProvider(ConfigProvider.fromMap(new Map(Object.entries(env))))
        )
      assert.strictEqual(yield* where({}), join(path, "data"))
      assert.strictEqual(yield* where({ GITTENSOR_ARTEFACTS: join(path, "other") }), join(path, "other"))
      const keys = { GITTENSOR_S3_ACCESS_KEY_ID: "a", GITTENSOR_S3_SECRET_ACCESS_KEY: "b" }
      assert.strictEqual(yield* where({ GITTENSOR_ARTEFACTS: "s3://findings/x", ...keys }), "s3://findings/x")
      assert.include((yield* Effect.flip(where({ GITTENSOR_ARTEFACTS: "s3://", ...keys }))).message, "is not the address of a bucket")
    }).pipe(Effect.scoped)
  )
})
