// A chart: ECharts options in a <script type="application/json"> inside, drawn on canvas in the page's colours.
// Texts that begin with "--" name a token; {"$format": "short" | "number" | "percent"} stands for a formatter.
// The library is loaded when the first chart comes into view; the table beside it is for everyone who reads.
type Drawing = { redraw(): void; resize(): void; dispose(): void };

class KehuChart extends HTMLElement {
  #drawing: Drawing | null = null;
  #resize = new ResizeObserver(() => this.#drawing?.resize());
  #view = new IntersectionObserver((entries) => {
    if (entries.some((entry) => entry.isIntersecting)) void this.#draw();
  });
  #theme = () => this.#drawing?.redraw();
  #paper = matchMedia("print");

  connectedCallback(): void {
    this.#view.observe(this);
    document.addEventListener("kehu:theme", this.#theme);
    this.#paper.addEventListener("change", this.#theme);
  }

  disconnectedCallback(): void {
    this.#view.disconnect();
    this.#resize.disconnect();
    document.removeEventListener("kehu:theme", this.#theme);
    this.#paper.removeEventListener("change", this.#theme);
    this.#drawing?.dispose();
    this.#drawing = null;
  }

  async #draw(): Promise<void> {
    this.#view.disconnect();
    const script = this.querySelector<HTMLScriptElement>('script[type="application/json"]');
    if (!script || this.#drawing) return;
    const { draw } = await import("../charts");
    if (!this.isConnected) return;
    const canvas = document.createElement("div");
    canvas.className = "k-chart-canvas";
    canvas.setAttribute("aria-hidden", "true");
    this.append(canvas);
    this.#drawing = draw(canvas, JSON.parse(script.textContent ?? "{}"));
    this.#resize.observe(this);
  }
}

customElements.define("kehu-chart", KehuChart);
