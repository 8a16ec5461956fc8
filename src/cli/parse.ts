/** `gittensor --parse-files`: what the program starts itself to parse files apart; no command of a person. */
export { main } from "../layers/parser/process/parse.ts"
