;; A contract for tests that passes its input on: the first four bytes say to which function of the chain extension
;; (or, as ffffffff, to the runtime as a call), and it answers the status with 156 bytes of the output.
;; wat2wasm relay.wat -o relay.wasm
(module
 (import "seal0" "seal_input" (func $input (param i32 i32)))
 (import "seal0" "seal_return" (func $ret (param i32 i32 i32)))
 (import "seal0" "call_chain_extension" (func $ext (param i32 i32 i32 i32 i32) (result i32)))
 (import "seal0" "call_runtime" (func $rt (param i32 i32) (result i32)))
 (import "env" "memory" (memory 1 1))
 (func (export "deploy"))
 (func (export "call")
   (i32.store (i32.const 0) (i32.const 8192))
   (i32.store (i32.const 4) (i32.const 8192))
   (call $input (i32.const 1024) (i32.const 0))
   (if (i32.eq (i32.load (i32.const 1024)) (i32.const -1))
     (then (i32.store (i32.const 16384) (call $rt (i32.const 1028) (i32.sub (i32.load (i32.const 0)) (i32.const 4)))))
     (else (i32.store (i32.const 16384) (call $ext (i32.load (i32.const 1024)) (i32.const 1028) (i32.sub (i32.load (i32.const 0)) (i32.const 4)) (i32.const 16388) (i32.const 4)))))
   (call $ret (i32.const 0) (i32.const 16384) (i32.const 160)))
)
