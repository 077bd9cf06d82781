//! The allocator of a component: memory is handed out once, in order, and never taken back.
//!
//! An evaluation is one short call in a fresh instance whose memory the host throws away whole, so freeing would only cost time.
//! The first 64 KiB are part of the module's own zeroed data: a usual evaluation grows nothing and touches few pages.
#![expect(unsafe_code, reason = "an allocator hands out raw memory")]

use core::{
    alloc::{GlobalAlloc, Layout},
    arch::wasm32::memory_grow,
    cell::{Cell, UnsafeCell},
    ptr,
};

const PAGE_BYTES: usize = 64 * 1024;

#[repr(align(16))]
struct Page(UnsafeCell<[u8; PAGE_BYTES]>);

/// The free bytes are `next..end`, as addresses; both are 0 before the first use.
struct Arena {
    next: Cell<usize>,
    end: Cell<usize>,
}

// SAFETY: a component has no threads; shared memory is not among the features a host admits.
unsafe impl Sync for Page {}
// SAFETY: as above.
unsafe impl Sync for Arena {}

static FIRST: Page = Page(UnsafeCell::new([0; PAGE_BYTES]));

#[global_allocator]
static ARENA: Arena = Arena { next: Cell::new(0), end: Cell::new(0) };

impl Arena {
    #[inline]
    fn take(&self, size: usize, align: usize) -> *mut u8 {
        match self.fit(size, align) {
            Some(start) => start,
            None => self.refill(size, align),
        }
    }

    #[inline]
    fn fit(&self, size: usize, align: usize) -> Option<*mut u8> {
        let start = self.next.get().checked_add(align - 1)? & !(align - 1);
        let end = start.checked_add(size)?;
        if end > self.end.get() {
            return None;
        }
        self.next.set(end);
        Some(ptr::with_exposed_provenance_mut(start))
    }

    #[cold]
    fn refill(&self, size: usize, align: usize) -> *mut u8 {
        if self.end.get() == 0 {
            let start = FIRST.0.get().expose_provenance();
            self.next.set(start);
            self.end.set(start.saturating_add(PAGE_BYTES));
            if let Some(start) = self.fit(size, align) {
                return start;
            }
        }
        let pages = size.saturating_add(align).div_ceil(PAGE_BYTES);
        let before = memory_grow::<0>(pages);
        if before == usize::MAX {
            return ptr::null_mut();
        }
        let start = before.saturating_mul(PAGE_BYTES);
        // New pages that follow the free bytes only lengthen them.
        if start != self.end.get() {
            self.next.set(start);
        }
        self.end.set(start.saturating_add(pages.saturating_mul(PAGE_BYTES)));
        self.fit(size, align).unwrap_or(ptr::null_mut())
    }
}

// SAFETY: `fit` only ever moves `next` forward within memory that is the module's own data or was grown for this arena, so no two
// blocks overlap; it rounds up to the alignment asked for.
unsafe impl GlobalAlloc for Arena {
    #[inline]
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        self.take(layout.size(), layout.align())
    }

    /// Every byte is handed out once, and memory starts as zero.
    #[inline]
    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        self.take(layout.size(), layout.align())
    }

    #[inline]
    unsafe fn dealloc(&self, _block: *mut u8, _layout: Layout) {}

    /// The latest block grows where it is. A block that shrinks keeps its bytes: giving them back would break `alloc_zeroed`.
    unsafe fn realloc(&self, block: *mut u8, layout: Layout, size: usize) -> *mut u8 {
        if size <= layout.size() {
            return block;
        }
        let start = block.addr();
        if start + layout.size() == self.next.get()
            && let Some(end) = start.checked_add(size)
            && end <= self.end.get()
        {
            self.next.set(end);
            return block;
        }
        let longer = self.take(size, layout.align());
        if !longer.is_null() {
            // SAFETY: the caller vouches for `layout.size()` bytes at `block`; `longer` is fresh, larger and apart from it.
            unsafe { ptr::copy_nonoverlapping(block, longer, layout.size()) };
        }
        longer
    }
}
