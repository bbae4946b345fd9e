//! The few words of MessagePack that the hot path reads and writes by hand.

/// What is wrong with the bytes.
pub(super) type Bad = &'static str;

/// Reads values one after another.
pub(super) struct Reader<'a> {
    bytes: &'a [u8],
    pub(super) at: usize,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    pub(super) fn is_at_end(&self) -> bool {
        self.at == self.bytes.len()
    }

    /// Everything from `start` to here.
    pub(super) fn since(&self, start: usize) -> &'a [u8] {
        &self.bytes[start..self.at]
    }

    #[inline]
    fn byte(&mut self) -> Result<u8, Bad> {
        let byte = *self.bytes.get(self.at).ok_or("it ends in the middle of a value")?;
        self.at += 1;
        Ok(byte)
    }

    #[inline]
    fn take(&mut self, count: usize) -> Result<&'a [u8], Bad> {
        let rest = &self.bytes[self.at..];
        if count > rest.len() {
            return Err("it ends in the middle of a value");
        }
        self.at += count;
        Ok(&rest[..count])
    }

    #[inline(always)]
    fn number(&mut self, width: usize) -> Result<u64, Bad> {
        let bytes = self.take(width)?;
        let mut wide = [0; 8];
        wide[8 - width..].copy_from_slice(bytes);
        Ok(u64::from_be_bytes(wide))
    }

    #[inline]
    pub(super) fn map(&mut self) -> Result<usize, Bad> {
        match self.byte()? {
            byte @ 0x80..=0x8f => Ok(usize::from(byte & 0x0f)),
            0xde => Ok(self.number(2)? as usize),
            0xdf => Ok(self.number(4)? as usize),
            _ => Err("a map was expected"),
        }
    }

    pub(super) fn array(&mut self) -> Result<usize, Bad> {
        match self.byte()? {
            byte @ 0x90..=0x9f => Ok(usize::from(byte & 0x0f)),
            0xdc => Ok(self.number(2)? as usize),
            0xdd => Ok(self.number(4)? as usize),
            _ => Err("a list was expected"),
        }
    }

    /// The bytes of a string, not yet known to be text.
    #[inline]
    pub(super) fn raw(&mut self) -> Result<&'a [u8], Bad> {
        let length = match self.byte()? {
            byte @ 0xa0..=0xbf => usize::from(byte & 0x1f),
            0xd9 => self.number(1)? as usize,
            0xda => self.number(2)? as usize,
            0xdb => self.number(4)? as usize,
            _ => return Err("a string was expected"),
        };
        self.take(length)
    }

    #[inline]
    pub(super) fn text(&mut self) -> Result<&'a str, Bad> {
        std::str::from_utf8(self.raw()?).map_err(|_| "a string is not UTF-8")
    }

    #[inline]
    pub(super) fn signed(&mut self) -> Result<i64, Bad> {
        match self.byte()? {
            byte @ 0x00..=0x7f => Ok(i64::from(byte)),
            byte @ 0xe0..=0xff => Ok(i64::from(byte as i8)),
            0xcc => Ok(self.number(1)? as i64),
            0xcd => Ok(self.number(2)? as i64),
            0xce => Ok(self.number(4)? as i64),
            0xcf => i64::try_from(self.number(8)?).map_err(|_| "a number is too large"),
            0xd0 => Ok(i64::from(self.number(1)? as u8 as i8)),
            0xd1 => Ok(i64::from(self.number(2)? as u16 as i16)),
            0xd2 => Ok(i64::from(self.number(4)? as u32 as i32)),
            0xd3 => Ok(self.number(8)? as i64),
            _ => Err("a whole number was expected"),
        }
    }

    #[inline]
    pub(super) fn unsigned(&mut self) -> Result<u64, Bad> {
        if self.bytes.get(self.at) == Some(&0xcf) {
            self.at += 1;
            return self.number(8);
        }
        u64::try_from(self.signed()?).map_err(|_| "a number is below zero")
    }

    pub(super) fn flag(&mut self) -> Result<bool, Bad> {
        match self.byte()? {
            0xc2 => Ok(false),
            0xc3 => Ok(true),
            _ => Err("true or false was expected"),
        }
    }

    /// Whether the next value is a map.
    pub(super) fn is_map_next(&self) -> bool {
        matches!(self.bytes.get(self.at), Some(0x80..=0x8f | 0xde | 0xdf))
    }

    /// Passes over one value, however deep: a counter stands in for the stack, so that garbage can't exhaust it.
    pub(super) fn skip(&mut self) -> Result<(), Bad> {
        let mut left: usize = 1;
        while left > 0 {
            left -= 1;
            let inner = match self.byte()? {
                0x00..=0x7f | 0xe0..=0xff | 0xc0 | 0xc2 | 0xc3 => 0,
                byte @ 0x80..=0x8f => 2 * usize::from(byte & 0x0f),
                byte @ 0x90..=0x9f => usize::from(byte & 0x0f),
                byte @ 0xa0..=0xbf => self.pass(usize::from(byte & 0x1f))?,
                0xc1 => return Err("byte c1 begins no value"),
                0xc4 | 0xd9 => self.pass_counted(1, 0)?,
                0xc5 | 0xda => self.pass_counted(2, 0)?,
                0xc6 | 0xdb => self.pass_counted(4, 0)?,
                0xc7 => self.pass_counted(1, 1)?,
                0xc8 => self.pass_counted(2, 1)?,
                0xc9 => self.pass_counted(4, 1)?,
                0xcc | 0xd0 => self.pass(1)?,
                0xcd | 0xd1 => self.pass(2)?,
                0xca | 0xce | 0xd2 => self.pass(4)?,
                0xcb | 0xcf | 0xd3 => self.pass(8)?,
                0xd4 => self.pass(2)?,
                0xd5 => self.pass(3)?,
                0xd6 => self.pass(5)?,
                0xd7 => self.pass(9)?,
                0xd8 => self.pass(17)?,
                0xdc => self.number(2)? as usize,
                0xdd => self.number(4)? as usize,
                0xde => 2 * self.number(2)? as usize,
                0xdf => 2 * self.number(4)? as usize,
            };
            left += inner;
        }
        Ok(())
    }

    fn pass(&mut self, count: usize) -> Result<usize, Bad> {
        self.take(count)?;
        Ok(0)
    }

    fn pass_counted(&mut self, width: usize, extra: usize) -> Result<usize, Bad> {
        let count = self.number(width)? as usize;
        self.pass(count + extra)
    }
}

/// Appends a string.
pub(super) fn put_text(text: &str, to: &mut Vec<u8>) {
    let length = text.len();
    match length {
        0..=31 => to.push(0xa0 | length as u8),
        32..=0xff => to.extend([0xd9, length as u8]),
        0x100..=0xffff => {
            to.push(0xda);
            to.extend((length as u16).to_be_bytes());
        }
        _ => {
            to.push(0xdb);
            to.extend((length as u32).to_be_bytes());
        }
    }
    to.extend_from_slice(text.as_bytes());
}

/// Appends the beginning of a list of `count` values, always in the same width, so that it can be written again.
pub(super) fn put_array32(count: u32, to: &mut Vec<u8>) {
    to.push(0xdd);
    to.extend(count.to_be_bytes());
}
