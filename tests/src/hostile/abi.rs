//! Values as the canonical ABI lays them out in memory, written out so that every byte of them can be wrong.

use std::fmt::Write as _;

/// A value in the memory of a component.
#[derive(Debug, Clone)]
pub enum Abi {
    /// `u8`, `bool`, or a case of an enum.
    U8(u8),
    /// `u32`.
    U32(u32),
    /// `s64`.
    S64(i64),
    /// A string of any bytes.
    Text(Vec<u8>),
    /// A list of values of one type.
    List(Vec<Abi>),
    /// A string or a list as its address and its length, whatever lies there.
    Slice(u32, u32),
    /// Fields in order.
    Record(Vec<Abi>),
    /// A case of a variant, an option or a result: its discriminant, the shape of the largest payload, its own payload.
    Case(u8, Shape, Option<Box<Abi>>),
}

/// How much memory a value takes, and to what its address is aligned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Bytes.
    pub size: u32,
    /// Bytes, a power of two.
    pub align: u32,
}

impl Shape {
    const EMPTY: Self = Self::new(0, 1);
    const BYTE: Self = Self::new(1, 1);
    /// `u32`.
    pub const U32: Self = Self::new(4, 4);
    /// `s64`.
    pub const S64: Self = Self::new(8, 8);
    /// A string or a list.
    pub const SLICE: Self = Self::new(8, 4);

    /// A size and an alignment.
    pub const fn new(size: u32, align: u32) -> Self {
        Self { size, align }
    }

    fn offset_of(self, next: Self) -> u32 {
        self.size.next_multiple_of(next.align)
    }

    fn then(self, next: Self) -> Self {
        Self { size: self.offset_of(next) + next.size, align: self.align.max(next.align) }
    }

    fn padded(self) -> Self {
        Self { size: self.size.next_multiple_of(self.align), ..self }
    }
}

impl Abi {
    /// A string.
    pub fn text(text: &str) -> Self {
        Self::Text(text.into())
    }

    /// A list of strings.
    pub fn texts<'a>(texts: impl IntoIterator<Item = &'a String>) -> Self {
        Self::List(texts.into_iter().map(|text| Self::text(text)).collect())
    }

    /// A case with a payload.
    pub fn case(discriminant: u8, shape: Shape, payload: Self) -> Self {
        Self::Case(discriminant, shape, Some(Box::new(payload)))
    }

    /// An option whose payload has a shape.
    pub fn option(shape: Shape, payload: Option<Self>) -> Self {
        Self::Case(u8::from(payload.is_some()), shape, payload.map(Box::new))
    }

    fn shape(&self) -> Shape {
        match self {
            Self::U8(_) => Shape::BYTE,
            Self::U32(_) => Shape::U32,
            Self::S64(_) => Shape::S64,
            Self::Text(_) | Self::List(_) | Self::Slice(..) => Shape::SLICE,
            Self::Record(fields) => fields.iter().map(Self::shape).fold(Shape::EMPTY, Shape::then).padded(),
            Self::Case(_, payload, _) => Shape::BYTE.then(*payload).padded(),
        }
    }
}

/// The bytes of a data segment, filled from its base upwards.
#[derive(Debug, Clone)]
pub struct Memory {
    base: u32,
    bytes: Vec<u8>,
}

impl Memory {
    /// Nothing yet, from an address on.
    pub fn new(base: u32) -> Self {
        Self { base, bytes: Vec::new() }
    }

    /// The first address that is free.
    pub fn end(&self) -> u32 {
        self.base + length(&self.bytes)
    }

    /// Lays out a value and what it points to; gives back its address.
    pub fn place(&mut self, value: &Abi) -> u32 {
        let at = self.reserve(value.shape());
        self.store(at, value);
        at
    }

    /// The bytes as a string of the text format.
    pub fn escaped(&self) -> String {
        let mut text = String::with_capacity(self.bytes.len() * 3);
        for byte in &self.bytes {
            write!(text, "\\{byte:02x}").expect("strings take everything");
        }
        text
    }

    fn reserve(&mut self, shape: Shape) -> u32 {
        let at = self.end().next_multiple_of(shape.align);
        self.bytes.resize((at - self.base + shape.size) as usize, 0);
        at
    }

    fn write(&mut self, at: u32, bytes: &[u8]) {
        let start = (at - self.base) as usize;
        self.bytes[start..start + bytes.len()].copy_from_slice(bytes);
    }

    fn store(&mut self, at: u32, value: &Abi) {
        match value {
            Abi::U8(n) => self.write(at, &[*n]),
            Abi::U32(n) => self.write(at, &n.to_le_bytes()),
            Abi::S64(n) => self.write(at, &n.to_le_bytes()),
            Abi::Text(bytes) => {
                let to = self.reserve(Shape::new(length(bytes), 1));
                self.write(to, bytes);
                self.slice(at, to, length(bytes));
            }
            Abi::List(items) => {
                let size = items.first().map_or(0, |item| item.shape().size);
                // An empty list must be aligned too; eight bytes suit every type.
                let to = self.reserve(Shape::new(size * length(items), 8));
                for (n, item) in (0..).zip(items) {
                    self.store(to + n * size, item);
                }
                self.slice(at, to, length(items));
            }
            Abi::Slice(to, len) => self.slice(at, *to, *len),
            Abi::Record(fields) => {
                let mut before = Shape::EMPTY;
                for field in fields {
                    let shape = field.shape();
                    self.store(at + before.offset_of(shape), field);
                    before = before.then(shape);
                }
            }
            Abi::Case(discriminant, shape, payload) => {
                self.write(at, &[*discriminant]);
                if let Some(payload) = payload {
                    self.store(at + Shape::BYTE.offset_of(*shape), payload);
                }
            }
        }
    }

    fn slice(&mut self, at: u32, to: u32, len: u32) {
        self.write(at, &to.to_le_bytes());
        self.write(at + 4, &len.to_le_bytes());
    }
}

fn length<T>(items: &[T]) -> u32 {
    u32::try_from(items.len()).expect("less than 4 GiB")
}
