//! pallet-contracts refuses a module with other exports than `call` and `deploy`, or with a memory that has no maximum.

const CUSTOM: u8 = 0;
const IMPORTS: u8 = 2;
const EXPORTS: u8 = 7;
const KIND_FUNCTION: u8 = 0;
const KIND_MEMORY: u8 = 2;
/// The most memory pages that the pallet's schedule allows.
const PAGES: u32 = 16;

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Reader<'a> {
    fn take(&mut self, length: usize) -> Result<&'a [u8], String> {
        let end = self.at.checked_add(length).filter(|end| *end <= self.bytes.len()).ok_or("the module is cut off")?;
        let taken = &self.bytes[self.at..end];
        self.at = end;
        Ok(taken)
    }

    fn byte(&mut self) -> Result<u8, String> {
        Ok(self.take(1)?[0])
    }

    fn number(&mut self) -> Result<u32, String> {
        let mut value = 0u32;
        for shift in (0..32).step_by(7) {
            let byte = self.byte()?;
            value |= u32::from(byte & 0x7f) << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err("a number is too long".into())
    }

    fn sized(&mut self) -> Result<&'a [u8], String> {
        let length = self.number()?;
        self.take(length as usize)
    }
}

fn number(mut value: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    loop {
        let low = (value & 0x7f) as u8;
        value >>= 7;
        if value == 0 {
            bytes.push(low);
            return bytes;
        }
        bytes.push(low | 0x80);
    }
}

/// The imports, with a maximum for the memory.
fn imports(body: &[u8]) -> Result<Vec<u8>, String> {
    let mut reader = Reader { bytes: body, at: 0 };
    let count = reader.number()?;
    let mut out = number(count);
    let mut memories = 0;
    for _ in 0..count {
        let start = reader.at;
        let module = reader.sized()?;
        let field = reader.sized()?;
        match reader.byte()? {
            KIND_FUNCTION if module.starts_with(b"seal") => {
                reader.number()?;
                out.extend_from_slice(&body[start..reader.at]);
            }
            KIND_MEMORY if (module, field) == (b"env", b"memory") => {
                out.extend_from_slice(&body[start..reader.at]);
                let has_maximum = reader.byte()? == 1;
                let least = reader.number()?;
                let most = if has_maximum { reader.number()? } else { PAGES };
                if least > most || most > PAGES {
                    return Err(format!("a memory of {least} to {most} pages; {PAGES} are allowed"));
                }
                out.push(1);
                out.extend(number(least));
                out.extend(number(most));
                memories += 1;
            }
            _ => return Err(format!("the pallet has no import {}", String::from_utf8_lossy(field))),
        }
    }
    if memories == 1 {
        Ok(out)
    } else {
        Err("no imported memory: is --import-memory among the linker's arguments?".into())
    }
}

/// The exports without those that are not the contract's two entries.
fn exports(body: &[u8]) -> Result<Vec<u8>, String> {
    let mut reader = Reader { bytes: body, at: 0 };
    let mut out = number(2);
    let mut kept = 0;
    for _ in 0..reader.number()? {
        let start = reader.at;
        let field = reader.sized()?;
        let kind = reader.byte()?;
        reader.number()?;
        if kind == KIND_FUNCTION && (field == b"call" || field == b"deploy") {
            out.extend_from_slice(&body[start..reader.at]);
            kept += 1;
        }
    }
    if kept == 2 {
        Ok(out)
    } else {
        Err("`call` and `deploy` are not both exported".into())
    }
}

/// The module with the two entries as its only exports, a capped memory and no custom sections.
pub fn strip(module: &[u8]) -> Result<Vec<u8>, String> {
    let mut reader = Reader { bytes: module, at: 0 };
    let header = reader.take(8)?;
    if header != b"\0asm\x01\0\0\0" {
        return Err("not a wasm 1 module".into());
    }
    let mut out = header.to_vec();
    while reader.at < module.len() {
        let kind = reader.byte()?;
        let body = reader.sized()?;
        let body = match kind {
            CUSTOM => continue,
            IMPORTS => imports(body)?,
            EXPORTS => exports(body)?,
            _ => body.to_vec(),
        };
        out.push(kind);
        out.extend(number(body.len() as u32));
        out.extend(body);
    }
    Ok(out)
}
