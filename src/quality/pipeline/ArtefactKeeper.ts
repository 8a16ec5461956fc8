/** Stores the files that support a finding. The finding stands even if a file cannot be stored. */
import { Context, Effect, Layer } from "effect"
import type { ArtefactName, ArtefactRef, ArtefactType } from "../../domain/quality/Artefact.ts"
import { Artefacts } from "../../layers/storage/objects/Artefacts.ts"

/** A file to store. */
export interface ArtefactDraft {
  readonly name: ArtefactName
  readonly mediaType: ArtefactType
  readonly bytes: Uint8Array
}

export class ArtefactKeeper extends Context.Tag("gittensor/ArtefactKeeper")<
  ArtefactKeeper,
  {
    /** Stores files and returns their references. Skips files that cannot be stored, with a warning. */
    readonly keep: (drafts: ReadonlyArray<ArtefactDraft>) => Effect.Effect<ReadonlyArray<ArtefactRef>>
  }
>() {}

/** Stores them in `Artefacts`. */
export const layer: Layer.Layer<ArtefactKeeper, never, Artefacts> = Layer.effect(
  ArtefactKeeper,
  Effect.map(Artefacts, (artefacts) => {
    const keep = ({ name, mediaType, bytes }: ArtefactDraft) =>
      artefacts.put(bytes, mediaType).pipe(
        Effect.map((digest): ReadonlyArray<ArtefactRef> => [{ name, digest, mediaType, bytes: bytes.length }]),
        Effect.catchAll(({ message }) =>
          Effect.as(Effect.logWarning(`an artefact (${name}) is not kept, and the finding is shown without it: ${message}`), [])
        )
      )
    return ArtefactKeeper.of({ keep: (drafts) => Effect.map(Effect.forEach(drafts, keep), (refs) => refs.flat()) })
  })
)

/** For a worker without storage for artefacts. */
export const layerNone: Layer.Layer<ArtefactKeeper> = Layer.succeed(ArtefactKeeper, { keep: () => Effect.succeed([]) })
