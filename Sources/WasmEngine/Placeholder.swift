// placeholder until the first file of WasmEngine lands
