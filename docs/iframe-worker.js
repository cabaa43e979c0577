/* Search runs in a worker, which browsers do not start from files: here, a frame takes its place. */
if (location.protocol === "file:") {
  window.Worker = class extends EventTarget {
    constructor(script) {
      super()
      this.frame = document.createElement("iframe")
      this.frame.hidden = true
      this.frame.srcdoc = `<script src="${new URL(script, location)}"><\/script>`
      this.frame.onload = () => this.dispatchEvent(new Event("ready"))
      this.ready = new Promise((done) => this.addEventListener("ready", done, { once: true }))
      document.documentElement.append(this.frame)
      this.frame.contentWindow.postMessage = (data) => this.answer(data)
    }
    answer(data) {
      const message = new MessageEvent("message", { data })
      this.dispatchEvent(message)
      this.onmessage?.(message)
    }
    async postMessage(data) {
      await this.ready
      const frame = this.frame.contentWindow
      frame.postMessage = (data) => this.answer(data)
      frame.dispatchEvent(new frame.MessageEvent("message", { data }))
    }
    terminate() {
      this.frame.remove()
    }
  }
}
