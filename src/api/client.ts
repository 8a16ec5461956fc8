/** A typed client by the definition that the server answers by. */
import * as HttpApiClient from "@effect/platform/HttpApiClient"
import { ServedApi } from "./definition/system.ts"

/** A client of the server at an address like http://127.0.0.1:8080: `client.issues.issue({ path: { id: 7 } })`. */
export const make = (baseUrl: string) => HttpApiClient.make(ServedApi, { baseUrl })
