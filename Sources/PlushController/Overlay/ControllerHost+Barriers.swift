import PlushProtocol
import PlushTree
import PlushWire

/// What a run decides about its barriers.
extension ControllerHost {
    /// The id of the operation that is submitted next.
    var nextOperation: OperationID { node.nextOperation }

    /// Begins a barrier; whatever is submitted later may wait for it.
    func openBarrier(_ request: ControllerNode.BarrierRequest) throws(BarrierPolicyError) {
        var failure: BarrierPolicyError?
        driver?.call { now, actions in
            do throws(BarrierPolicyError) {
                try node.openBarrier(request, at: now, into: &actions)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
    }

    /// Releases the present generation with whoever is there.
    func forceBarrier(_ key: BarrierKey) {
        driver?.call { now, actions in node.forceBarrier(key, at: now, into: &actions) }
    }

    /// No longer waits for these ranks at a barrier.
    func drop(_ ranks: RankSet, from key: BarrierKey) {
        driver?.call { now, actions in node.dropFromBarrier(key, ranks, at: now, into: &actions) }
    }

    /// Lets hosts take part that take the places of others, who are dropped after this.
    func admit(_ ranks: RankSet, for others: RankSet, to key: BarrierKey) {
        driver?.call { _, actions in node.admitToBarrier(key, ranks, for: others, into: &actions) }
    }

    /// An application's barriers are forgotten everywhere.
    func closeBarriers(application: String) {
        driver?.call { _, actions in node.closeBarriers(application: application, into: &actions) }
    }

    /// Stops operations on some of their hosts.
    func cancel(_ operations: [OperationID], on ranks: RankSet) {
        for id in operations {
            driver?.call { now, actions in node.cancel(id, on: ranks, at: now, into: &actions) }
        }
    }

    /// Stops operations on some of their hosts, and closes the account there: the root's word is final.
    func giveUp(_ operations: [OperationID], on ranks: RankSet, _ outcome: Outcome) {
        cancel(operations, on: ranks)
        for id in operations {
            driver?.call { now, actions in node.abandon(id, on: ranks, outcome, at: now, into: &actions) }
        }
    }
}
