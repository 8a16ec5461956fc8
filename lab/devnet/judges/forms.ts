/** The response forms of model servers, by the first word of a model's name. */
import { behaviours } from "../behaviours.ts"

export interface TokenCounts {
  readonly prompt: number
  readonly answer: number
}

interface Form {
  readonly what: string
  readonly sources: readonly [string, ...ReadonlyArray<string>]
  readonly response: (content: string, counted: TokenCounts) => Response
}

const usageOf = ({ prompt, answer }: TokenCounts) => ({ prompt_tokens: prompt, completion_tokens: answer, total_tokens: prompt + answer })

const completion = (message: object, usage: object, model?: string) =>
  Response.json({ model, choices: [{ index: 0, finish_reason: "stop", message: { role: "assistant", ...message } }], usage })

/** The number of reasoning tokens in the answers of servers that report it. */
export const REASONING_TOKENS = 8_000

const piece = (delta: object, more: object = {}) => `data: ${JSON.stringify({ choices: [{ index: 0, delta }], ...more })}\n\n`

export const FORMS: Readonly<Record<string, Form>> = {
  uncounted: {
    what: "A server that does not count tokens reports 0.",
    sources: ["https://github.com/tenstorrent/tt-inference-server/pull/3554", "https://github.com/mudler/LocalAI/issues/9927"],
    response: (content) => completion({ content }, { prompt_tokens: 0, completion_tokens: 0, total_tokens: 0 })
  },
  apart: {
    what: "A server counts reasoning tokens separately, and in the total.",
    sources: ["https://github.com/vercel/ai/pull/12425", "https://github.com/UKGovernmentBEIS/inspect_ai/issues/5528"],
    response: (content, counted) =>
      completion(
        { content },
        {
          ...usageOf(counted),
          total_tokens: counted.prompt + counted.answer + REASONING_TOKENS,
          completion_tokens_details: { reasoning_tokens: REASONING_TOKENS }
        }
      )
  },
  untold: {
    what: "A server counts reasoning tokens only in the total.",
    sources: ["https://github.com/mozilla-ai/any-llm/issues/1290", "https://github.com/Clarifai/clarifai-python/pull/978"],
    response: (content, counted) =>
      completion({ content }, { ...usageOf(counted), total_tokens: counted.prompt + counted.answer + REASONING_TOKENS })
  },
  parted: {
    what: "The content of an answer is a list of parts, including reasoning.",
    sources: ["https://github.com/simonw/llm-mistral/pull/39", "https://github.com/mistralai/client-python/issues/252"],
    response: (content, counted) =>
      completion(
        {
          content: [
            { type: "thinking", thinking: [{ type: "text", text: "The first {is} better." }] },
            { type: "text", text: content.slice(0, 20) },
            { type: "text", text: content.slice(20) }
          ]
        },
        usageOf(counted)
      )
  },
  thinking: {
    what: "The model's reasoning stands between marks before its answer.",
    sources: ["https://github.com/triton-inference-server/perf_analyzer/pull/433"],
    response: (content, counted) => completion({ content: `<think>\nThe first {is} better.\n</think>\n\n${content}` }, usageOf(counted))
  },
  halfmarked: {
    what: "The mark that opens the reasoning is missing; the closing one is there.",
    sources: ["https://github.com/vllm-project/vllm/issues/13125", "https://github.com/deepseek-ai/DeepSeek-R1/issues/352"],
    response: (content, counted) => completion({ content: `The first {is} better.\n</think>\n\n${content}` }, usageOf(counted))
  },
  aside: {
    what: "A server treats the whole answer as reasoning and leaves the content empty.",
    sources: ["https://github.com/vllm-project/vllm/issues/30139"],
    response: (content, counted) => completion({ content: null, reasoning_content: content }, usageOf(counted))
  },
  streaming: {
    what: "A server streams its response unasked.",
    sources: ["https://github.com/unslothai/unsloth/issues/6570"],
    response: (content, counted) =>
      new Response(
        [
          ": a comment keeps the connection open\n\n",
          piece({ role: "assistant", content: "" }),
          ...(content.match(/[\s\S]{1,7}/g) ?? []).map((text) => piece({ content: text })),
          `data: ${JSON.stringify({ choices: [], usage: usageOf(counted) })}\n\n`,
          "data: [DONE]\n\n"
        ].join(""),
        { headers: { "content-type": "text/event-stream" } }
      )
  },
  dated: {
    what: "A server names the dated version behind an alias.",
    sources: ["https://github.com/openai/openai-python/issues/3271"],
    response: (content, counted) => completion({ content }, usageOf(counted), "dated-2024-08-06")
  },
  rerouted: {
    what: "A router asks a different model, and names it.",
    sources: ["https://github.com/QuantumNous/new-api/pull/7418"],
    response: (content, counted) => completion({ content }, usageOf(counted), "vendor/other-1")
  },
  limited: {
    what: "A rate-limited request gets status 200 with the error in the body.",
    sources: ["https://openrouter.ai/docs/api/reference/errors-and-debugging"],
    response: () => Response.json({ error: { code: 429, message: "Rate limit exceeded" } })
  },
  upstream: {
    what: "A model that fails while answering reports an error inside the choice, with status 200 and the tokens used.",
    sources: ["https://openrouter.ai/docs/api/reference/errors-and-debugging"],
    response: (_, counted) =>
      Response.json({
        choices: [
          { finish_reason: "error", message: { role: "assistant", content: "" }, error: { code: 502, message: "the provider failed" } }
        ],
        usage: usageOf(counted)
      })
  },
  unformatted: {
    what: "A server without JSON schema support refuses every request that asks for it.",
    sources: ["https://github.com/llm-exe/llm-exe/issues/662", "https://github.com/BerriAI/litellm/pull/31466"],
    response: () =>
      Response.json(
        { error: { message: "This response_format type is unavailable now", type: "invalid_request_error", param: null } },
        { status: 400 }
      )
  },
  empty: {
    what: "A server answers with status 200 and no choices.",
    sources: ["https://github.com/langchain-ai/langchain/pull/35236", "https://github.com/openai/openai-agents-python/pull/2850"],
    response: () => Response.json({ choices: null, usage: null })
  }
}

for (const [name, { what, sources }] of Object.entries(FORMS))
  behaviours({ what, sources, switch: `the model ${name}`, test: "test/http/quality/judgeForms.test.ts" })
