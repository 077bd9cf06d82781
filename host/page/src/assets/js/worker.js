/** The other side of `rule.js`: alone with the component, and without a way to anything else. */
let component = null;

function answer({ bytes, name, values }) {
  if (bytes) {
    component = new Component(bytes);
    component.instantiate();
    return { contract: CONTRACT };
  }
  return { answer: callRule(component, name, values) };
}

function failure(error) {
  if (error instanceof Unfit || error instanceof WebAssembly.CompileError || error instanceof WebAssembly.LinkError) {
    return { unfit: error.message };
  }
  return { fault: error instanceof RangeError ? "it overflows the stack, or the machine has no memory left" : error.message };
}

self.onmessage = ({ data }) => {
  try {
    self.postMessage(answer(data));
  } catch (error) {
    self.postMessage(failure(error));
  }
};
