//! Whose turn comes when.

use super::*;

impl<T> Turns<T> {
    fn next(&self) -> Option<T> {
        match self.next_within(None) {
            Next::Turn(item) => Some(item),
            Next::Nothing | Next::Over => None,
        }
    }
}

/// Of a party that has no other.
fn connection(number: u64) -> Origin {
    Origin { party: number, connection: number }
}

#[test]
fn connections_take_turns_and_each_keeps_its_order() {
    let (waiting, turns) = queue(usize::MAX);
    for call in 1..=4 {
        waiting.enter(connection(1), Cost::Cheap, format!("a{call}"));
    }
    for call in 1..=2 {
        waiting.enter(connection(2), Cost::Cheap, format!("b{call}"));
    }
    let first = turns.next();
    waiting.enter(connection(3), Cost::Cheap, "c1".to_owned());
    drop(waiting);
    let served: Vec<String> =
        first.into_iter().chain(std::iter::from_fn(|| turns.next())).collect();
    assert_eq!(served, ["a1", "b1", "a2", "c1", "b2", "a3", "a4"]);
}

/// A principal with a hundred connections had a hundred turns while another one waited for its own.
#[test]
fn a_party_has_the_turns_of_one_however_many_connections_it_has() {
    let (waiting, turns) = queue(usize::MAX);
    for connection in 1..=100 {
        for call in 1..=2 {
            let origin = Origin { party: 1, connection };
            waiting.enter(origin, Cost::Cheap, format!("crowd {connection}.{call}"));
        }
    }
    let alone = Origin { party: 2, connection: 101 };
    (1..=3).for_each(|call| waiting.enter(alone, Cost::Cheap, format!("alone {call}")));
    drop(waiting);
    let served: Vec<String> = std::iter::from_fn(|| turns.next()).collect();
    let first = ["crowd 1.1", "alone 1", "crowd 2.1", "alone 2", "crowd 3.1", "alone 3"];
    assert_eq!(served[..6], first);
    assert_eq!((&*served[99], &*served[103], served.len()), ("crowd 97.1", "crowd 1.2", 203));
}

/// Sixty finds made everybody else wait for six of them at each turn.
#[test]
fn cheap_calls_go_first_and_no_dear_one_waits_for_ever() {
    let (waiting, turns) = queue(usize::MAX);
    waiting.enter(connection(1), Cost::Dear, "find");
    waiting.enter(connection(1), Cost::Cheap, "behind the find");
    waiting.enter(connection(2), Cost::Dear, "other find");
    for _ in 0..PASSES + 1 {
        waiting.enter(connection(3), Cost::Cheap, "match");
    }
    drop(waiting);
    let served: Vec<&str> = std::iter::from_fn(|| turns.next()).collect();
    assert!(served[..PASSES].iter().all(|call| *call == "match"));
    assert_eq!(served[PASSES..], ["find", "match", "behind the find", "other find"]);
}

#[test]
fn a_line_whose_first_call_leaves_waits_among_those_of_the_next_one() {
    let (waiting, turns) = queue(usize::MAX);
    waiting.enter(connection(1), Cost::Dear, 1);
    waiting.enter(connection(1), Cost::Cheap, 2);
    waiting.enter(connection(2), Cost::Dear, 3);
    waiting.leave(connection(1), |call| *call == 1);
    drop(waiting);
    let served: Vec<i32> = std::iter::from_fn(|| turns.next()).collect();
    assert_eq!(served, [2, 3]);
}

#[test]
fn what_leaves_makes_room_at_once_and_keeps_the_order_of_the_others() {
    let (waiting, turns) = queue(usize::MAX);
    for call in 1..=3 {
        waiting.enter(connection(1), Cost::Cheap, Arc::new(call));
    }
    let gone = Arc::new(4);
    waiting.enter(connection(2), Cost::Cheap, Arc::clone(&gone));
    waiting.leave(connection(2), |call| **call == 4);
    waiting.leave(connection(1), |call| **call == 2);
    waiting.leave(connection(3), |_| true);
    assert_eq!(Arc::strong_count(&gone), 1);
    drop(waiting);
    let served: Vec<i32> = std::iter::from_fn(|| turns.next()).map(|call| *call).collect();
    assert_eq!(served, [1, 3]);
}

#[test]
fn the_queue_ends_when_nobody_can_enter_any_more() {
    let (waiting, turns) = queue(usize::MAX);
    let other = waiting.clone();
    drop(waiting);
    let server = std::thread::spawn(move || std::iter::from_fn(|| turns.next()).count());
    other.enter(Origin::SERVER, Cost::Cheap, ());
    drop(other);
    assert_eq!(server.join().unwrap(), 1);
}

#[test]
fn a_turn_at_once_is_for_whoever_comes_when_nothing_goes_on() {
    let (waiting, turns) = queue(usize::MAX);
    assert!(waiting.turn_at_once(Origin::SERVER).is_none(), "nobody serves yet");
    let (began, begins) = std::sync::mpsc::channel();
    let server = std::thread::spawn(move || {
        std::iter::from_fn(|| turns.next()).inspect(|call| began.send(*call).unwrap()).count()
    });
    let own = loop {
        match waiting.turn_at_once(Origin::SERVER) {
            Some(own) => break own,
            None => std::thread::yield_now(),
        }
    };
    assert!(waiting.turn_at_once(Origin::SERVER).is_none(), "somebody has a turn");
    waiting.enter(connection(1), Cost::Cheap, 1);
    assert!(begins.try_recv().is_err(), "what comes meanwhile waits");
    drop(own);
    assert_eq!(begins.recv(), Ok(1));
    drop(waiting);
    assert_eq!(server.join().unwrap(), 1);
}

#[test]
fn a_turn_that_ends_badly_ends_all() {
    let (waiting, turns) = queue(usize::MAX);
    lock(&waiting.0.0).is_idle = true;
    let own = waiting.turn_at_once(Origin::SERVER).unwrap();
    let (alive, gone) = std::sync::mpsc::channel::<()>();
    waiting.enter(Origin::SERVER, Cost::Cheap, alive);
    own.close();
    assert!(gone.recv().is_err() && turns.next().is_none());
    assert!(waiting.turn_at_once(Origin::SERVER).is_none());
}

#[test]
fn what_nobody_serves_is_dropped() {
    let (waiting, turns) = queue(usize::MAX);
    let (alive, gone) = std::sync::mpsc::channel::<()>();
    waiting.enter(Origin::SERVER, Cost::Cheap, alive.clone());
    drop(turns);
    waiting.enter(Origin::SERVER, Cost::Cheap, alive);
    assert!(gone.recv().is_err());
}

#[test]
fn a_flood_is_refused_and_who_has_nothing_waiting_is_not() {
    let (waiting, turns) = queue(3);
    let enter = |port, what| waiting.enter_if_room(connection(port), Cost::Cheap, what);
    assert_eq!([1, 2, 3].map(|call| enter(1, call)), [Ok(()); 3]);
    assert_eq!(enter(1, 4), Err(Crowded));
    assert_eq!(enter(2, 5), Ok(()));
    assert_eq!((enter(2, 6), waiting.len()), (Err(Crowded), 4));
    waiting.enter(Origin::SERVER, Cost::Cheap, 7);
    assert_eq!([turns.next(), turns.next(), turns.next()], [Some(1), Some(5), Some(7)]);
    assert_eq!((enter(1, 8), waiting.len()), (Ok(()), 3));
    waiting.leave(connection(1), |call| *call == 2);
    assert_eq!((enter(1, 9), waiting.len()), (Ok(()), 3));
}

/// A party with many connections could have one call waiting while another one flooded the queue.
#[test]
fn in_a_full_queue_each_party_has_its_share() {
    let (waiting, turns) = queue(12);
    let mut connections = 0;
    let mut enter = |party, calls: usize| {
        let entered = (0..calls).filter(|_| {
            connections += 1;
            let origin = Origin { party, connection: connections };
            waiting.enter_if_room(origin, Cost::Cheap, party).is_ok()
        });
        entered.count()
    };
    assert_eq!([enter(1, 100), enter(2, 100), enter(3, 100)], [12, 6, 4]);
    assert_eq!([enter(1, 1), enter(2, 1), enter(3, 1)], [0; 3]);
    for _ in 0..3 {
        turns.next();
    }
    // each had a turn, and there is as much as may be still
    assert_eq!([enter(1, 9), enter(2, 9), enter(3, 9)], [0, 0, 1]);
    while waiting.len() > 0 {
        turns.next();
    }
    assert!(lock(&waiting.0.0).of_party.is_empty());
    assert_eq!(enter(3, 100), 12);
}

#[test]
fn a_flood_over_many_connections_is_that_of_one_party() {
    let (waiting, _turns) = queue(2);
    let enter =
        |party, connection| waiting.enter_if_room(Origin { party, connection }, Cost::Cheap, ());
    assert_eq!([enter(1, 1), enter(1, 2)], [Ok(()); 2]);
    assert_eq!((enter(1, 3), enter(2, 4), enter(2, 5)), (Err(Crowded), Ok(()), Err(Crowded)));
}
