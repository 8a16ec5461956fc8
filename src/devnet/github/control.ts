/**
 * The client of the stand-in's control paths, for whoever tells its story (the demo, tests) from the same process or another.
 */
import { FetchHttpClient, HttpApiClient } from "@effect/platform"
import { Effect } from "effect"
import { ControlApi } from "./ControlApi.ts"

/** A client for the stand-in that listens at `url`. */
export const make = (url: string) => HttpApiClient.make(ControlApi, { baseUrl: url }).pipe(Effect.provide(FetchHttpClient.layer))

export type Control = Effect.Effect.Success<ReturnType<typeof make>>
