/** All `.book.tsx` files, put together by web/bundle.ts. */
import type { Entry } from "./Entry.ts"

export const entries: ReadonlyArray<Entry>
