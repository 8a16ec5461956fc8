/** The miners in the tests with hostile clients: all of them are registered. */
import { key } from "../../support/axon/support.ts"

const keys = (count: number, from: number) => Array.from({ length: count }, (_, index) => key(from + index))

export const honestMiners = keys(20, 100)
export const hostileMiners = keys(16, 150)
