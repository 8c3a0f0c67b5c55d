// The server: NIO's event loops read and write, a pool of threads runs handlers.

import NIOCore
import NIOHTTP1
import NIOPosix

final class Server: Sendable {
  typealias Handler = @Sendable (_ method: String, _ path: String) -> Response

  private let group: MultiThreadedEventLoopGroup
  private let pool: NIOThreadPool
  private let channel: any Channel

  /// Listens on a port of this machine, 0 for any. `threads`: how many handlers run at the same time.
  init(port: Int, threads: Int, _ handler: @escaping Handler) throws {
    let group = MultiThreadedEventLoopGroup(numberOfThreads: 1)
    let pool = NIOThreadPool(numberOfThreads: threads)
    pool.start()
    self.group = group
    self.pool = pool
    channel = try ServerBootstrap(group: group)
      .serverChannelOption(.backlog, value: 256)
      .serverChannelOption(.socketOption(.so_reuseaddr), value: 1)
      .childChannelInitializer { channel in
        channel.eventLoop.makeCompletedFuture {
          try channel.pipeline.syncOperations.configureHTTPServerPipeline(withErrorHandling: true)
          try channel.pipeline.syncOperations.addHandler(Connection(pool, handler))
        }
      }
      .bind(host: "127.0.0.1", port: port).wait()
  }

  var port: Int { channel.localAddress?.port ?? 0 }

  /// Takes no more connections, lets the handlers that run end and their responses be written, and returns.
  func stop() throws {
    try channel.close().wait()
    try pool.syncShutdownGracefully()
    try group.syncShutdownGracefully()
  }
}

/// The requests of one connection, one after the other: NIO's pipeline gives the next one when this one has been responded to.
private final class Connection: ChannelInboundHandler {
  typealias InboundIn = HTTPServerRequestPart
  typealias OutboundOut = HTTPServerResponsePart

  private let pool: NIOThreadPool
  private let handler: Server.Handler
  private var head: HTTPRequestHead?

  init(_ pool: NIOThreadPool, _ handler: @escaping Server.Handler) {
    self.pool = pool
    self.handler = handler
  }

  func channelRead(context: ChannelHandlerContext, data: NIOAny) {
    switch unwrapInboundIn(data) {
    case .head(let head): self.head = head
    case .body: break
    case .end:
      guard let head else { return }
      self.head = nil
      let (handler, method, path) = (handler, head.method.rawValue, head.uri)
      let bound = NIOLoopBound((self, context), eventLoop: context.eventLoop)
      pool.runIfActive(eventLoop: context.eventLoop) { handler(method, path) }.whenComplete { result in
        let (connection, context) = bound.value
        let response = (try? result.get()) ?? Response(.serviceUnavailable, "the server stops\n")
        connection.write(response, to: head, context)
      }
    }
  }

  private func write(_ response: Response, to request: HTTPRequestHead, _ context: ChannelHandlerContext) {
    var head = HTTPResponseHead(version: request.version, status: response.status)
    head.headers.add(name: "content-length", value: "\(response.body.count)")
    head.headers.add(name: "content-type", value: "text/plain; charset=utf-8")
    if !request.isKeepAlive { head.headers.add(name: "connection", value: "close") }
    context.write(wrapOutboundOut(.head(head)), promise: nil)
    context.write(wrapOutboundOut(.body(.byteBuffer(ByteBuffer(bytes: response.body)))), promise: nil)
    let done = context.writeAndFlush(wrapOutboundOut(.end(nil)))
    if !request.isKeepAlive {
      let bound = NIOLoopBound(context, eventLoop: context.eventLoop)
      done.whenComplete { _ in bound.value.close(promise: nil) }
    }
  }
}
