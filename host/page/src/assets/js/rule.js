/** A rule in a worker: it has no way to the page, the network or a file, and what does not end is ended. */
class Rule {
  constructor(component, secondsMax) {
    const source = document.getElementById("worker").textContent;
    const address = URL.createObjectURL(new Blob([source], { type: "text/javascript" }));
    this.worker = new Worker(address);
    URL.revokeObjectURL(address);
    this.secondsMax = secondsMax;
    this.ready = this.ask({ bytes: component });
  }

  /** Asks one thing at a time, in a fresh instance each time. */
  async call(name, values) {
    await this.ready;
    const { answer } = await this.ask({ name, values });
    return answer;
  }

  ask(question) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.end();
        reject(new Killed(`it did not end within ${this.secondsMax} s and was killed`));
      }, this.secondsMax * 1000);
      const settle = (act) => (event) => {
        clearTimeout(timer);
        act(event);
      };
      this.worker.onmessage = settle(({ data }) => {
        if (data.unfit !== undefined) reject(new Unfit(data.unfit));
        else if (data.fault !== undefined) reject(new Fault(data.fault));
        else resolve(data);
      });
      this.worker.onerror = settle((event) => reject(new Fault(event.message ?? "the worker has failed")));
      this.worker.postMessage(question);
    });
  }

  end() {
    this.worker.terminate();
  }
}

