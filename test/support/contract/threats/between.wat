;; A contract for tests that stands between a caller and another contract: it calls the contract whose account is the first 32 bytes of
;; its input with the rest of it, and answers the status of that call and its output.
;; wat2wasm between.wat -o between.wasm
(module
 (import "seal0" "seal_input" (func $input (param i32 i32)))
 (import "seal0" "seal_return" (func $ret (param i32 i32 i32)))
 (import "seal1" "seal_call" (func $call (param i32 i32 i64 i32 i32 i32 i32 i32) (result i32)))
 (import "env" "memory" (memory 1 1))
 (func (export "deploy"))
 (func (export "call")
   (i32.store (i32.const 0) (i32.const 8192))
   (i32.store (i32.const 4) (i32.const 4096))
   (call $input (i32.const 1024) (i32.const 0))
   (i32.store (i32.const 16384)
     (call $call (i32.const 0) (i32.const 1024) (i64.const 0) (i32.const 16) (i32.const 1056)
       (i32.sub (i32.load (i32.const 0)) (i32.const 32)) (i32.const 16388) (i32.const 4)))
   (call $ret (i32.const 0) (i32.const 16384) (i32.add (i32.const 4) (i32.load (i32.const 4)))))
)
